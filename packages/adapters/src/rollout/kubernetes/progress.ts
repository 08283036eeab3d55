import type { RolloutProgress } from '@lastgood/domain/workload/observation';
import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { type RevisionPods, readyDigests, revisionLabel } from './revision-pods.ts';
import {
  isEnding,
  isReady,
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
): RolloutProgress {
  const count = counters[kind](workload, pods);
  const observed = (workload.metadata.generation ?? 0) <= (workload.status?.observedGeneration ?? 0);
  const stuck = kind === 'StatefulSet' && observed && pods ? stuckPods(workload, pods.old) : [];
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
    warning: complete || !observed ? null : warningOf(workload, pods, stuck),
    stuckPods: stuck.map((pod) => ({ name: pod.metadata.name, uid: pod.metadata.uid })),
    readyDigests: pods ? readyDigests(pods.current) : {},
  };
}

interface Count {
  desired: number;
  updated: number;
  available: number;
  /** Old pods as far as the status tells. */
  old: number;
  /** What is missing, in words; null when nothing is. */
  waitingFor: string | null;
}

type Counter = (workload: ServedWorkload, pods: RevisionPods | null) => Count;

const counters: Record<WorkloadKind, Counter> = {
  Deployment: countDeployment,
  StatefulSet: countStatefulSet,
  DaemonSet: countDaemonSet,
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

/** Pods below the partition keep their revision on purpose; with OnDelete only the pods themselves tell. */
function countStatefulSet(workload: ServedWorkload, pods: RevisionPods | null): Count {
  const status = numbers(workload.status);
  const desired = workload.spec.replicas ?? 1;
  const wanted = Math.max(0, desired - partitionOf(workload));
  const updated = isOnDelete(workload) && pods ? pods.current.length : status.updated;
  let waitingFor: string | null = null;
  if (updated < wanted) waitingFor = `${updated} of ${wanted} replicas updated`;
  else if (status.ready < desired) waitingFor = `${status.ready} of ${desired} replicas ready`;
  return {
    desired,
    updated,
    available: workload.status?.availableReplicas ?? status.ready,
    old: Math.max(0, status.replicas - updated) + status.terminating,
    waitingFor,
  };
}

function countDaemonSet(workload: ServedWorkload, pods: RevisionPods | null): Count {
  const desired = workload.status?.desiredNumberScheduled ?? 0;
  const available = workload.status?.numberAvailable ?? 0;
  const updated =
    isOnDelete(workload) && pods ? pods.current.length : (workload.status?.updatedNumberScheduled ?? 0);
  let waitingFor: string | null = null;
  if (updated < desired) waitingFor = `${updated} of ${desired} nodes updated`;
  else if (available < desired) waitingFor = `available on ${available} of ${desired} nodes`;
  return { desired, updated, available, old: Math.max(0, desired - updated), waitingFor };
}

/**
 * With ordered pods the controller waits for a broken pod to become ready before it replaces it, also after the template
 * went back, so it waits for ever. Only when the status belongs to the current generation does `updateRevision` name the
 * wanted revision; before that, the good pods would look like the old ones.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
function stuckPods(workload: ServedWorkload, old: readonly ServedPod[]): ServedPod[] {
  const wanted = workload.status?.updateRevision;
  const ordered = (workload.spec.podManagementPolicy ?? 'OrderedReady') === 'OrderedReady';
  if (!wanted || !ordered || isOnDelete(workload)) return [];
  return old.filter(
    (pod) =>
      !isReady(pod) &&
      !isEnding(pod) &&
      pod.metadata.labels?.[revisionLabel('StatefulSet')] !== wanted &&
      ordinalOf(pod) >= partitionOf(workload),
  );
}

function warningOf(
  workload: ServedWorkload,
  pods: RevisionPods | null,
  stuck: readonly ServedPod[],
): string | null {
  const warnings: string[] = [];
  if (stuck.length > 0) {
    warnings.push(
      `${stuck.map((pod) => pod.metadata.name).join(', ')} of an older revision is not ready and holds up the rest`,
    );
  }
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

function isOnDelete(workload: ServedWorkload): boolean {
  return workload.spec.updateStrategy?.type === 'OnDelete';
}

function partitionOf(workload: ServedWorkload): number {
  return workload.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}

/** Pods of a StatefulSet end in their ordinal. */
function ordinalOf(pod: ServedPod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? 0);
}
