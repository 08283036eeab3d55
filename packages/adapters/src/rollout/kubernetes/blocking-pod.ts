import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { makesReplicaSets } from '../../kubernetes/resource-paths.ts';
import { partitionOf } from './progress.ts';
import { releaseHint } from './release-hint.ts';
import type { RevisionPods } from './revision-pods.ts';
import {
  hasEnded,
  isEnding,
  isObserved,
  isOnDelete,
  isReady,
  readySince,
  type ServedPod,
  type ServedWorkload,
} from './served-objects.ts';

interface Look {
  target: WorkloadTarget;
  workload: ServedWorkload;
  pods: RevisionPods;
  seenAt: number;
}

/** `at-work`: the controller goes on by itself. `all-available`: there is nothing it waits for. */
type InTurn = { pod: ServedPod } | 'at-work' | 'all-available';

/**
 * The pod without which a rollout does not go on, while its controller will not replace it:
 *
 * - An ordered StatefulSet goes through its pods from the lowest ordinal and stops at the first that is not available. Only
 *   that one is of interest: a higher pod that is deleted does not come back before all lower ones are ready. It is
 *   replaced neither by an update nor by going back to what served, so it may hold up both for ever. Where that first one is
 *   missing, ending, or only has to be ready for some seconds more, the controller goes on by itself.
 * - With OnDelete no pod is replaced at all. Pods that are not ready come first, in the same order; then those that are, from
 *   the highest ordinal down, as a rolling update takes them.
 *
 * Parallel pods, and those of a Deployment or a DaemonSet that rolls, are replaced ready or not. Before the controller has seen
 * the change nobody knows: the good pods would look like the old ones.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export function blockingPod(seen: Omit<Look, 'pods'> & { pods: RevisionPods | null }): BlockingPod | null {
  const { target, workload, pods } = seen;
  if (!pods || !isObserved(workload) || makesReplicaSets(target.kind)) return null;
  const look: Look = { ...seen, pods };
  const why = isOnDelete(workload) ? 'on-delete' : 'order';
  const isOrdered = (workload.spec.podManagementPolicy ?? 'OrderedReady') === 'OrderedReady';
  if (why === 'order' && (target.kind !== 'StatefulSet' || !isOrdered)) return null;
  const inTurn = target.kind === 'StatefulSet' ? inOrder(look) : onNodes(look);
  if (inTurn === 'at-work') return null;
  if (inTurn !== 'all-available') return described(look, inTurn.pod, why);
  const outdated = why === 'on-delete' ? lastOutdated(look) : undefined;
  return outdated ? described(look, outdated, why) : null;
}

function inOrder({ workload, pods, seenAt }: Look): InTurn {
  const all = [...pods.current, ...pods.old];
  const first = firstOrdinal(workload);
  for (let ordinal = first; ordinal < first + (workload.spec.replicas ?? 1); ordinal += 1) {
    const pod = all.find((candidate) => ordinalOf(candidate) === ordinal);
    if (!pod || isEnding(pod) || hasEnded(pod)) return 'at-work';
    if (!isReady(pod)) return { pod };
    if (!isAvailable(pod, workload, seenAt)) return 'at-work';
  }
  return 'all-available';
}

/** A DaemonSet's pods have no order; by name it is the same for everybody who looks. */
function onNodes({ workload, pods, seenAt }: Look): InTurn {
  const all = [...pods.current, ...pods.old].sort(byName);
  if (all.length < (workload.status?.desiredNumberScheduled ?? 0)) return 'at-work';
  if (all.some((pod) => isEnding(pod) || hasEnded(pod))) return 'at-work';
  const notReady = (pod: ServedPod) => !isReady(pod);
  const pod = pods.current.find(notReady) ?? all.find(notReady);
  if (pod) return { pod };
  return all.every((one) => isAvailable(one, workload, seenAt)) ? 'all-available' : 'at-work';
}

function lastOutdated({ target, pods }: Look): ServedPod | undefined {
  const byTurn =
    target.kind === 'StatefulSet' ? (a: ServedPod, b: ServedPod) => ordinalOf(b) - ordinalOf(a) : byName;
  return [...pods.old].sort(byTurn)[0];
}

function described(
  { target, workload, pods, seenAt }: Look,
  pod: ServedPod,
  why: BlockingPod['why'],
): BlockingPod {
  const { name, uid } = pod.metadata;
  const isKept = why === 'order' && ordinalOf(pod) < firstOrdinal(workload) + partitionOf(workload);
  const isOutdated = pods.old.includes(pod);
  return {
    name,
    uid,
    template: isOutdated ? (isKept ? 'kept' : 'other') : 'wanted',
    why,
    notReadySince: isReady(pod) ? null : readySince(pod, seenAt),
    stuck: pods.old.filter((one) => !isReady(one) && !isEnding(one)).length,
    releaseHint: releaseHint(target.namespace, name),
  };
}

function isAvailable(pod: ServedPod, { spec }: ServedWorkload, seenAt: number): boolean {
  return (
    isReady(pod) && (!spec.minReadySeconds || readySince(pod, seenAt) + spec.minReadySeconds * 1000 <= seenAt)
  );
}

function firstOrdinal({ spec }: ServedWorkload): number {
  return spec.ordinals?.start ?? 0;
}

/** Pods of a StatefulSet end in their ordinal. */
function ordinalOf(pod: ServedPod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? 0);
}

function byName(a: ServedPod, b: ServedPod): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
