import { formatSpan } from '../../trigger/format.ts';
import { type BlockingPod, notReadyForMs, releaseAfterNotReadyMs } from '../../workload/blocking-pod.ts';
import type { WorkloadObservation } from '../../workload/observation.ts';

/** Which pods a run may release; the rest is left to people. */
export interface ReleasePolicy {
  /** Pods that are not ready and hold up the others. */
  releaseStuckPods: boolean;
  /** Pods that are replaced only when somebody deletes them. */
  releaseOnDelete: boolean;
}

/**
 * One pod at a time, and only one that keeps the rollout from going on: the lowest that is not ready, while it is of another
 * template. Whether an earlier one was released is never remembered: its successor is the lowest that is not ready until it
 * is, whoever looks.
 */
export function mayRelease(policy: ReleasePolicy, { snapshot, progress }: WorkloadObservation): boolean {
  const pod = progress.blocking;
  if (pod?.template !== 'other' || !isAllowed(policy, pod)) return false;
  const forMs = notReadyForMs(pod, snapshot.observedAt);
  return forMs === null || forMs >= releaseAfterNotReadyMs;
}

/** What is done about the pod that holds up the rest, or why nothing is; null when none does. */
export function releaseName(
  policy: ReleasePolicy,
  { snapshot, progress }: WorkloadObservation,
): string | null {
  const pod = progress.blocking;
  if (!pod) return null;
  const { name, template, why } = pod;
  const forMs = notReadyForMs(pod, snapshot.observedAt);
  const since = forMs === null ? '' : `, not ready for ${formatSpan(forMs)},`;
  if (template === 'wanted')
    return `${name}${since} has the wanted version already and holds up the rest: no pod is evicted before it is ready`;
  if (template === 'kept')
    return `${name}${since} is kept at its version by the partition and holds up the rest: it has to become ready`;
  const holdsUp =
    why === 'order' ? `${name} of another version${since} holds up the rest` : `${name} has another version`;
  if (!isAllowed(policy, pod))
    return `${holdsUp}; the policy of the service leaves it to a person: ${pod.releaseHint}`;
  if (forMs !== null && forMs < releaseAfterNotReadyMs)
    return `${holdsUp}; it is evicted when it was not ready for ${formatSpan(releaseAfterNotReadyMs)}`;
  return `${holdsUp}; it is evicted`;
}

function isAllowed(policy: ReleasePolicy, { why }: BlockingPod): boolean {
  return why === 'order' ? policy.releaseStuckPods : policy.releaseOnDelete;
}
