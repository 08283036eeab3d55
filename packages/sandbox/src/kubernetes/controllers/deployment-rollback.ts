import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import type { Deployment } from '../objects.ts';
import type { DeploymentLook, DeploymentTools } from './deployment-look.ts';
import {
  annotationsAfterRollback,
  findNewSet,
  ROLLBACK_ANNOTATION,
  revisionOf,
  withoutHash,
} from './deployment-revisions.ts';
import { newSetOf } from './deployment-sets.ts';

/** The revision the old annotation asks the controller to go back to; 0 means the one before, undefined nothing. */
export function rollbackTarget(deployment: Deployment): number | undefined {
  const text = deployment.metadata.annotations?.[ROLLBACK_ANNOTATION];
  return text === undefined ? undefined : Number.parseInt(text, 10) || 0;
}

/** Rolls back on behalf of that annotation, and takes it away whatever comes of it. */
export function rollBack(tools: DeploymentTools, look: DeploymentLook): void {
  const { deployment, sets } = look;
  newSetOf(tools, look, true);
  const newSet = findNewSet(deployment, sets);
  const revisions = sets.map(revisionOf).sort((a, b) => b - a);
  const target = rollbackTarget(deployment) || (revisions[1] ?? 0);
  const set = target ? sets.find((candidate) => revisionOf(candidate) === target) : undefined;
  const { name, namespace } = deployment.metadata;
  const fresh = tools.storage.get(DEPLOYMENTS.plural, namespace, name);
  if (!fresh) return;
  const isChange = set !== undefined && set !== newSet;
  const restored = isChange ? annotationsAfterRollback(deployment, set) : deployment.metadata.annotations;
  const { [ROLLBACK_ANNOTATION]: _asked, ...annotations } = restored ?? {};
  tools.writes.update(DEPLOYMENTS, {
    ...deployment,
    metadata: { ...fresh.metadata, annotations },
    spec: isChange ? { ...deployment.spec, template: withoutHash(set.spec.template) } : deployment.spec,
  });
  if (!set) {
    const message = 'Unable to find the revision to rollback to.';
    tools.record(deployment, 'DeploymentRollbackRevisionNotFound', message, 'Warning');
  } else if (!isChange) {
    const message = `The rollback revision contains the same template as current deployment "${name}"`;
    tools.record(deployment, 'DeploymentRollbackTemplateUnchanged', message, 'Warning');
  } else
    tools.record(deployment, 'DeploymentRollback', `Rolled back deployment "${name}" to revision ${target}`);
}
