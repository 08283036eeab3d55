import { isoInstant } from '../iso-instant.ts';
import { filledLinks, type Link, type LinkValues } from '../link.ts';
import type { Service } from '../service/service.ts';
import type { RollbackTrigger, TriggerVariable } from '../trigger/trigger.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { changeOf, type Deployment } from './deployment.ts';
import { isStanding } from './read-pace.ts';

/** What of a service placeholders stand for. */
export type Named = Pick<Service, 'name' | 'namespace' | 'cluster' | 'environment' | 'workloads'>;

/**
 * What the placeholders of a query stand for. A value that is not known yet is undefined, and the question cannot be asked. Where a
 * deployment stands that never showed its change, what was there before serves.
 *
 * @param serves whether it is what serves, where it stands
 */
export function variablesOf(
  service: Named,
  deployment: Deployment | null,
  serves = true,
): { [K in TriggerVariable]?: string | undefined } {
  const workload = service.workloads[0];
  const change = deployment && workload ? changeOf(deployment.changes, workload) : undefined;
  const serving = change?.after ?? (serves && deployment && isStanding(deployment) ? change?.before : null);
  return {
    SERVICE: service.name,
    NAMESPACE: service.namespace,
    CLUSTER: service.cluster,
    ENVIRONMENT: service.environment,
    WORKLOAD: workload?.name,
    POD_TEMPLATE_HASH: serving?.podTemplateHash ?? undefined,
    REVISION: serving ? revisionOf(serving) : undefined,
  };
}

/** What `$REVISION` stands for; undefined where the template names none. An empty name would match what has no such label. */
export function revisionOf({ canonicalRevision }: Pick<WorkloadSnapshot, 'canonicalRevision'>) {
  return canonicalRevision || undefined;
}

/** What the placeholders of a link stand for. */
function linkValuesOf(
  service: Named & Pick<Service, 'team'>,
  deployment: Deployment,
  trigger: Pick<RollbackTrigger, 'name'> | null = null,
): LinkValues {
  return {
    ...variablesOf(service, deployment),
    TEAM: service.team ?? undefined,
    VERSION: deployment.version ?? undefined,
    COMMIT: deployment.commit ?? undefined,
    RELEASE: String(deployment.release),
    DEPLOYMENT: deployment.id,
    TRIGGER: trigger?.name,
    START: isoInstant(deployment.startedAt),
    START_MS: String(deployment.startedAt),
  };
}

/** Whose links are shown, and of which deployment they speak. */
export interface LinkedTo {
  service: Named & Pick<Service, 'team' | 'links'>;
  deployment: Deployment;
}

/** The links of a service, and of a trigger of it, filled in for one deployment. */
export function linksOf({ service, deployment }: LinkedTo, trigger: RollbackTrigger | null = null): Link[] {
  return [
    ...filledLinks(service.links, linkValuesOf(service, deployment)),
    ...(trigger ? triggerLinksOf({ service, deployment }, trigger) : []),
  ];
}

export function triggerLinksOf({ service, deployment }: LinkedTo, trigger: RollbackTrigger): Link[] {
  return filledLinks(trigger.links ?? [], linkValuesOf(service, deployment, trigger));
}
