import { isDeepStrictEqual } from 'node:util';
import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import { REPLICA_SETS } from '../kinds/replica-set-kind.ts';
import type { Deployment, ReplicaSet } from '../objects.ts';
import { templateHash } from '../seeded-names.ts';
import { type DeploymentLook, type DeploymentTools, oldSetsOf } from './deployment-look.ts';
import { newSetReplicas } from './deployment-replicas.ts';
import {
  findNewSet,
  HASH_LABEL,
  newSetAnnotations,
  REVISION_ANNOTATION,
  revisionOf,
  sizeAnnotations,
} from './deployment-revisions.ts';
import { conditionOf, hasDeadline, newCondition, withCondition } from './deployment-status.ts';

/** The ReplicaSets of a Deployment: finding, creating, numbering, scaling and removing them. */

/** The ReplicaSet of the current template, with its revision brought up to date; created if asked for. */
export function newSetOf(
  tools: DeploymentTools,
  look: DeploymentLook,
  createIfMissing: boolean,
): ReplicaSet | undefined {
  const { deployment, sets } = look;
  const existing = findNewSet(deployment, sets);
  const revision = Math.max(0, ...oldSetsOf(look, existing).map(revisionOf)) + 1;
  if (existing) return updatedSet(tools, deployment, existing, revision);
  return createIfMissing ? createSet(tools, look, revision) : undefined;
}

function updatedSet(
  tools: DeploymentTools,
  deployment: Deployment,
  existing: ReplicaSet,
  revision: number,
): ReplicaSet {
  const before = existing.metadata.annotations ?? {};
  const annotations = newSetAnnotations(deployment, before, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (annotations !== before || (existing.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    // The Deployment follows at the next look: its revision changes only after that of its ReplicaSet.
    return tools.writes.update(REPLICA_SETS, {
      ...existing,
      metadata: { ...existing.metadata, annotations },
      spec: { ...existing.spec, minReadySeconds },
    });
  }
  const isRenumbered = setRevision(deployment, before[REVISION_ANNOTATION] ?? '');
  const isUnconditioned = hasDeadline(deployment) && !conditionOf(deployment.status, 'Progressing');
  if (isUnconditioned) {
    markProgress(
      tools,
      deployment,
      'FoundNewReplicaSet',
      `Found new replica set "${existing.metadata.name}"`,
    );
  }
  if (isRenumbered || isUnconditioned) tools.writes.updateStatus(DEPLOYMENTS, deployment);
  return existing;
}

function createSet(
  tools: DeploymentTools,
  { deployment, sets }: DeploymentLook,
  revision: number,
): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const { namespace, name, uid } = deployment.metadata;
  const hash = freeHash(tools, deployment);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const replicas = newSetReplicas(deployment, sets, 0);
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const created = tools.writes.create<ReplicaSet>(REPLICA_SETS, namespace, {
    metadata: {
      name: `${name}-${hash}`,
      labels,
      annotations: newSetAnnotations(deployment, undefined, revision),
      ownerReferences: [owner],
    },
    spec: {
      replicas,
      minReadySeconds: minReadySeconds || undefined,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
  if (replicas > 0) recordScaling(tools, deployment, created, 0, replicas);
  setRevision(deployment, String(revision));
  if (hasDeadline(deployment)) {
    markProgress(
      tools,
      deployment,
      'NewReplicaSetCreated',
      `Created new replica set "${created.metadata.name}"`,
    );
  }
  tools.writes.updateStatus(DEPLOYMENTS, deployment);
  return created;
}

/** A hash whose ReplicaSet name nobody has; counts collisions as the real controller does. */
function freeHash({ storage }: DeploymentTools, deployment: Deployment): string {
  const { namespace, name } = deployment.metadata;
  for (;;) {
    const hash = templateHash(deployment.spec.template, deployment.status.collisionCount);
    if (!storage.get(REPLICA_SETS.plural, namespace, `${name}-${hash}`)) return hash;
    deployment.status = { ...deployment.status, collisionCount: (deployment.status.collisionCount ?? 0) + 1 };
  }
}

export function scaleSet(
  tools: DeploymentTools,
  deployment: Deployment,
  set: ReplicaSet,
  to: number,
): ReplicaSet {
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
  const isSame = set.spec.replicas === to && isDeepStrictEqual(annotations, set.metadata.annotations);
  if (isSame) return set;
  const updated = tools.writes.update(REPLICA_SETS, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, replicas: to },
  });
  if (set.spec.replicas !== to) recordScaling(tools, deployment, set, set.spec.replicas, to);
  return updated;
}

/** Old ReplicaSets beyond the history limit go, the lowest revisions first. */
export function cleanUpSets({ writes }: DeploymentTools, { spec }: Deployment, oldSets: ReplicaSet[]): void {
  const limit = spec.revisionHistoryLimit ?? 10;
  const alive = oldSets.filter((set) => !set.metadata.deletionTimestamp);
  const byRevision = alive.toSorted((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of byRevision.slice(0, Math.max(0, alive.length - limit))) {
    const isIdle = !set.status.replicas && !set.spec.replicas;
    const isObserved = (set.metadata.generation ?? 0) <= (set.status.observedGeneration ?? 0);
    if (isIdle && isObserved) writes.remove(REPLICA_SETS, set);
  }
}

function recordScaling(
  tools: DeploymentTools,
  deployment: Deployment,
  set: ReplicaSet,
  from: number,
  to: number,
): void {
  const direction = to > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${to}`;
  tools.record(deployment, 'ScalingReplicaSet', message);
}

function markProgress(
  { clock }: DeploymentTools,
  deployment: Deployment,
  reason: string,
  message: string,
): void {
  const condition = newCondition(clock.now(), 'Progressing', 'True', reason, message);
  deployment.status = withCondition(deployment.status, condition);
}

function setRevision(deployment: Deployment, revision: string): boolean {
  if (deployment.metadata.annotations?.[REVISION_ANNOTATION] === revision) return false;
  deployment.metadata.annotations = { ...deployment.metadata.annotations, [REVISION_ANNOTATION]: revision };
  return true;
}
