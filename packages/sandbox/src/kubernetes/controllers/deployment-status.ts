import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from '../objects.ts';
import { wireTime } from '../objects.ts';
import { maxUnavailable, sumOf } from './deployment-replicas.ts';
import { withoutZeros } from './without-zeros.ts';

/** A deadline of this many seconds means none. */
const NO_DEADLINE = 2 ** 31 - 1;

export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE;
}

export function conditionOf(status: DeploymentStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** Sets a condition; one of the same status and reason stays as it is, with its old times and message. */
export function withCondition(status: DeploymentStatus, condition: Condition): DeploymentStatus {
  const before = conditionOf(status, condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return status;
  const kept = before?.status === condition.status ? { lastTransitionTime: before.lastTransitionTime } : {};
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...status, conditions: [...others, { ...condition, ...kept } as Condition] };
}

export function newCondition(
  now: number,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): Condition {
  return { type, status, lastUpdateTime: wireTime(now), lastTransitionTime: wireTime(now), reason, message };
}

/** Counts over the ReplicaSets, and whether enough pods are available. */
export function countedStatus(
  deployment: Deployment,
  all: ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const available = sumOf(all, (set) => set.status.availableReplicas);
  const { conditions, collisionCount } = deployment.status;
  const status: DeploymentStatus = withoutZeros({
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sumOf(all, (set) => set.status.replicas),
    updatedReplicas: newSet?.status.replicas ?? 0,
    readyReplicas: sumOf(all, (set) => set.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumOf(all, (set) => set.spec.replicas) - available),
    conditions,
    collisionCount,
  });
  const isEnough = available >= deployment.spec.replicas - maxUnavailable(deployment);
  const condition = isEnough
    ? newCondition(
        now,
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
      )
    : newCondition(
        now,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
  const counted = withCondition(status, condition);
  return { ...counted, terminatingReplicas: sumOf(all, (set) => set.status.terminatingReplicas) };
}

/**
 * The condition Progressing. A rollout that is complete once stays `NewReplicaSetAvailable` while nothing but old
 * pods goes away - also when the new pods then never start, which is the trap of a Recreate rollback.
 */
export function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  if (!hasDeadline(deployment)) {
    return { ...status, conditions: (status.conditions ?? []).filter(({ type }) => type !== 'Progressing') };
  }
  const current = conditionOf(deployment.status, 'Progressing');
  const wasComplete =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
  if (wasComplete) return status;
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(status, newCondition(now, 'Progressing', 'True', 'NewReplicaSetAvailable', message));
  }
  if (isProgressing(deployment.status, status)) {
    const fresh = newCondition(now, 'Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    const kept = current?.status === 'True' ? { lastTransitionTime: current.lastTransitionTime } : {};
    const others = (status.conditions ?? []).filter(({ type }) => type !== 'Progressing');
    return { ...status, conditions: [...others, { ...fresh, ...kept } as Condition] };
  }
  if (isTimedOut(deployment, status, now)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(
      status,
      newCondition(now, 'Progressing', 'False', 'ProgressDeadlineExceeded', message),
    );
  }
  return status;
}

export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus): boolean {
  return (
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  const grew = (count: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (after[count] ?? 0) > (before[count] ?? 0);
  return (
    grew('updatedReplicas') || old(after) < old(before) || grew('readyReplicas') || grew('availableReplicas')
  );
}

function isTimedOut({ spec }: Deployment, status: DeploymentStatus, now: number): boolean {
  const condition = conditionOf(status, 'Progressing');
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  return Date.parse(condition.lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000 < now;
}

/** Milliseconds until the deadline should be looked at again; undefined when it no longer matters. */
export function untilDeadlineMs(
  deployment: Deployment,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const condition = conditionOf(status, 'Progressing');
  if (!hasDeadline(deployment) || !condition) return undefined;
  if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return undefined;
  const deadline =
    Date.parse(condition.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;
  // One second more, because the time of the condition has lost its milliseconds.
  return Math.max(0, deadline - now) + (deadline - now < 1000 ? 200 : 1000);
}
