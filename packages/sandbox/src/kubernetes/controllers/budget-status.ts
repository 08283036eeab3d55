import type { PodDisruptionBudget } from '../kinds/disruption-budget-kind.ts';
import { type Pod, wireTime } from '../objects.ts';
import { matchesLabelSelector } from '../selectors.ts';
import { isActive, isReady } from './pod-control.ts';

type Budget = PodDisruptionBudget;

/** How long an eviction that was let through counts although its pod is not seen to end. */
export const DISRUPTED_FOR_MS = 120_000;

export function isCovered({ metadata, spec }: Budget, pod: Pod): boolean {
  const inNamespace = metadata.namespace === pod.metadata.namespace;
  return (
    inNamespace && spec.selector !== undefined && matchesLabelSelector(spec.selector, pod.metadata.labels)
  );
}

/**
 * What the disruption controller writes. With a percentage or `maxUnavailable` the pods expected are those that their
 * workloads want, so a pod that is away counts against the budget; with a whole `minAvailable` those that are there.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 *
 * @param covered the pods of the budget that have not ended
 * @param scale how many pods the workloads of these pods want
 */
export function budgetStatus(
  budget: Budget,
  covered: readonly Pod[],
  scale: number,
  now: number,
): Budget['status'] {
  const { generation } = budget.metadata;
  const disruptedPods = stillDisrupted(budget, covered, now);
  const { expected, desired } = wantedHealthy(budget.spec, covered.length, scale);
  const healthy = covered.filter(
    (pod) => isActive(pod) && isReady(pod) && !(pod.metadata.name in disruptedPods),
  ).length;
  const status = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
    disruptionsAllowed: expected > 0 ? Math.max(0, healthy - desired) : 0,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
  };
  return { ...status, conditions: [allowedCondition(budget, status.disruptionsAllowed, now)] };
}

/** Also written by whoever lets an eviction through, at once. */
export function allowedCondition(budget: Budget, disruptionsAllowed: number, now: number) {
  const before = budget.status.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const status = disruptionsAllowed > 0 ? 'True' : 'False';
  const { generation } = budget.metadata;
  return {
    type: 'DisruptionAllowed',
    status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastTransitionTime:
      before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : wireTime(now),
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
}

function wantedHealthy({ minAvailable, maxUnavailable }: Budget['spec'], there: number, scale: number) {
  if (maxUnavailable !== undefined)
    return { expected: scale, desired: Math.max(0, scale - countOf(maxUnavailable, scale)) };
  if (typeof minAvailable === 'string') return { expected: scale, desired: countOf(minAvailable, scale) };
  return { expected: there, desired: minAvailable ?? 0 };
}

/** Percentages are rounded up. */
function countOf(value: number | string, whole: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * whole);
}

function stillDisrupted(budget: Budget, covered: readonly Pod[], now: number): Record<string, string> {
  const entries = Object.entries(budget.status.disruptedPods ?? {}).filter(([name, at]) => {
    const pod = covered.find((candidate) => candidate.metadata.name === name);
    return pod && !pod.metadata.deletionTimestamp && Date.parse(at) + DISRUPTED_FOR_MS > now;
  });
  return Object.fromEntries(entries);
}
