import type { RolloutProgress } from '@lastgood/domain/workload/observation';
import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { type RevisionPods, readyDigests } from './revision-pods.ts';
import {
  isObserved,
  isOnDelete,
  type ServedPod,
  type ServedStatus,
  type ServedWorkload,
} from './served-objects.ts';

/**
 * How far a rollout is. Counted in replicas, in the order `kubectl rollout status` counts them, and never in conditions:
 *
 * 1. `generation > observedGeneration`: the controller has not seen the change, every other number is about the past.
 * 2. fewer updated than wanted: new pods are still to be made.
 * 3. more replicas than updated: old pods are still there.
 * 4. fewer available than updated: new pods do not serve yet.
 * 5. otherwise complete. Pods may still be ending; `old` counts them, for those who must not run together.
 *
 * A ProgressDeadlineExceeded may be left over from before the rollback, or appear in the middle of a rollback that goes on
 * to succeed; NewReplicaSetAvailable may stand with no pod available. Neither decides anything here.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment
 *
 * `pods` is null when the current revision, or the pods, are not known; then `old` comes from the status alone.
 */
export function progressOf(
  kind: WorkloadKind,
  workload: ServedWorkload,
  pods: RevisionPods | null,
): Omit<RolloutProgress, 'blocking'> {
  const count = counters[kind](workload);
  const observed = isObserved(workload);
  const complete = observed && count.waitingFor === null;
  return {
    complete,
    observed,
    desired: count.desired,
    updated: count.updated,
    available: count.available,
    old: pods ? pods.old.length : count.old,
    sentence: observed
      ? (count.waitingFor ?? doneSentence(count, pods))
      : 'waiting for the controller to see the change',
    warning: complete || !observed ? null : warningOf(workload, pods),
    kept: count.kept,
    readyDigests: pods ? readyDigests(pods.current) : {},
  };
}

interface Count {
  desired: number;
  updated: number;
  available: number;
  /** Old pods as far as the status tells. */
  old: number;
  kept?: number;
  /** What is missing, in words; null when nothing is. */
  waitingFor: string | null;
}

type Counter = (workload: ServedWorkload) => Count;

const counters: Record<WorkloadKind, Counter> = {
  Deployment: countDeployment,
  StatefulSet: countStatefulSet,
  DaemonSet: countDaemonSet,
  Rollout: countRollout,
};

function countDeployment(workload: ServedWorkload): Count {
  const status = numbers(workload.status);
  const desired = workload.spec.replicas ?? 1;
  const { updated, available } = status;
  const surplus = Math.max(0, status.replicas - updated);
  let waitingFor: string | null = null;
  if (updated < desired) waitingFor = `${updated} of ${desired} replicas updated`;
  else if (surplus > 0) waitingFor = `${surplus} old ${surplus === 1 ? 'replica' : 'replicas'} still there`;
  else if (available < updated) waitingFor = `${available} of ${updated} replicas available`;
  return { desired, updated, available, old: surplus + status.terminating, waitingFor };
}

/**
 * Pods below the partition keep their revision on purpose, which Kubernetes calls complete; but then two versions serve, and a
 * release that serves half proves nothing. What counts in the end is available, which is ready for
 * `minReadySeconds`: the controller, too, waits that long before it goes on. Servers that do not count it have only ready.
 */
function countStatefulSet(workload: ServedWorkload): Count {
  const status = numbers(workload.status);
  const desired = workload.spec.replicas ?? 1;
  const { updated } = status;
  const available = workload.status?.availableReplicas ?? status.ready;
  let waitingFor: string | null = null;
  const kept = Math.min(desired, partitionOf(workload));
  const other = Math.min(kept, desired - updated);
  if (updated < desired)
    waitingFor = `${updated} of ${desired} replicas updated${other > 0 ? `, a partition keeps ${other} on another version` : ''}`;
  else if (status.ready < desired) waitingFor = `${status.ready} of ${desired} replicas ready`;
  else if (available < desired)
    waitingFor = `${available} of ${desired} replicas ready for ${workload.spec.minReadySeconds ?? 0} s`;
  return {
    desired,
    updated,
    available,
    old: Math.max(0, status.replicas - updated) + status.terminating,
    kept,
    waitingFor,
  };
}

/**
 * As a Deployment's, but its steps may keep old pods for hours: it is complete once what it was told is its stable version and
 * the controller calls it well. https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
function countRollout(workload: ServedWorkload): Count {
  const count = countDeployment(workload);
  const { phase, stableRS, currentPodHash, message } = workload.status ?? {};
  if (phase === 'Healthy' && stableRS !== undefined && stableRS === currentPodHash) return count;
  const said = [phase ?? 'no phase yet', message].filter(Boolean).join(': ');
  return { ...count, waitingFor: count.waitingFor ? `${count.waitingFor} (${said})` : said };
}

function countDaemonSet(workload: ServedWorkload): Count {
  const desired = workload.status?.desiredNumberScheduled ?? 0;
  const available = workload.status?.numberAvailable ?? 0;
  const updated = workload.status?.updatedNumberScheduled ?? 0;
  let waitingFor: string | null = null;
  if (updated < desired) waitingFor = `${updated} of ${desired} nodes updated`;
  else if (available < desired) waitingFor = `available on ${available} of ${desired} nodes`;
  return { desired, updated, available, old: Math.max(0, desired - updated), waitingFor };
}

function warningOf(workload: ServedWorkload, pods: RevisionPods | null): string | null {
  const warnings: string[] = [];
  if (isOnDelete(workload)) {
    warnings.push(
      'the update strategy is OnDelete: a pod takes the new template only when somebody deletes it',
    );
  }
  for (const { type, status, reason, message } of workload.status?.conditions ?? []) {
    const bad =
      (type === 'Progressing' && reason === 'ProgressDeadlineExceeded') ||
      (type === 'ReplicaFailure' && status === 'True');
    if (bad) warnings.push(`${reason ?? type}: ${message ?? ''}`.trim());
  }
  const waiting = (pods?.current ?? []).map(waitingReason).find((reason) => reason !== null);
  if (waiting) warnings.push(waiting);
  return warnings.length > 0 ? warnings.join('; ') : null;
}

/** "pod web-1: ImagePullBackOff", for reasons that do not pass by themselves. */
function waitingReason(pod: ServedPod): string | null {
  const reasons = (pod.status?.containerStatuses ?? []).map((status) => status.state?.waiting?.reason);
  const reason = reasons.find((r) => r !== undefined && r !== 'ContainerCreating' && r !== 'PodInitializing');
  return reason ? `pod ${pod.metadata.name}: ${reason}` : null;
}

function doneSentence(count: Count, pods: RevisionPods | null): string {
  const old = pods ? pods.old.length : count.old;
  const ending = old > 0 ? `, ${old} old ${old === 1 ? 'pod is' : 'pods are'} still there or ending` : '';
  if (count.desired === 0) return `scaled to zero, nothing serves${ending}`;
  return `${count.available} of ${count.desired} replicas available${ending}`;
}

function numbers(status: ServedStatus | undefined) {
  return {
    replicas: status?.replicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    terminating: status?.terminatingReplicas ?? 0,
  };
}

export function partitionOf(workload: ServedWorkload): number {
  return workload.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}
