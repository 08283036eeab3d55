import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { ApiRejection } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { budgetPath } from '../../kubernetes/resource-paths.ts';
import type { ServedBudget } from './served-objects.ts';

/** How soon a budget is asked again when its answer does not say, in milliseconds. */
const askAgainMs = 5_000;

export interface RefusedEviction {
  api: ApiClient;
  workload: WorkloadTarget;
  pod: BlockingPod;
  answer: ApiRejection;
  signal: AbortSignal;
}

/**
 * What a PodDisruptionBudget that refused an eviction comes to; null when it was none. A 429 is a pause as a rule. It is none
 * where the budget can never be met: while pods of another version are not ready and nobody may replace them, at most
 * the others can be healthy. Such a budget is told from its own numbers; where it may not be read, the run waits.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export async function heldByBudget(refused: RefusedEviction): Promise<EffectResult | null> {
  const { api, workload, answer, signal } = refused;
  const [told] = answer.causes;
  const name = answer.code === 429 ? /disruption budget (\S+)/.exec(told ?? '')?.[1] : undefined;
  if (name === undefined || told === undefined) return null;
  const read = await api({ method: 'GET', path: budgetPath(workload.namespace, name) }, signal);
  const never = read.kind === 'ok' ? neverMet(read.body as ServedBudget, name, refused) : null;
  if (never) return never;
  const reason = `the PodDisruptionBudget ${workload.namespace}/${name} lets ${refused.pod.name} not go now: ${told}`;
  return { kind: 'retry', reason, afterMs: answer.retryAfterMs ?? askAgainMs };
}

function neverMet(
  { spec, status }: ServedBudget,
  name: string,
  { workload: { namespace }, pod }: RefusedEviction,
): EffectResult | null {
  const { desiredHealthy = 0, expectedPods = 0 } = status ?? {};
  const isUnready = pod.notReadySince !== null;
  if (isUnready && spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return null;
  // To let a ready pod go, it must be able to do without one.
  const mostHealthy = expectedPods - Math.max(1, pod.stuck);
  if (desiredHealthy <= mostHealthy) return null;
  const stuck = isUnready
    ? `${pod.stuck} of ${expectedPods} cannot become ready before they are replaced`
    : '';
  const why = stuck || `it expects ${expectedPods} and can do without none`;
  const patch = `kubectl patch pdb ${name} -n ${namespace} --type=merge -p '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}'`;
  const room = isUnready
    ? `Let the budget give up pods that are not ready (${patch})`
    : `Give the budget room for one pod (kubectl edit pdb ${name} -n ${namespace})`;
  return {
    kind: 'refused',
    reason: `the PodDisruptionBudget ${namespace}/${name} can never let ${pod.name} go: it needs ${desiredHealthy} healthy pods, and ${why}`,
    advice: `${room}, or replace the pod by hand, past the budget (${pod.releaseHint}); then resume: the run goes on from this step.`,
  };
}
