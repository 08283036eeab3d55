import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { endOfAttempt, reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiRejection } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { podsPath } from '../../kubernetes/resource-paths.ts';
import { heldByBudget } from './held-by-budget.ts';
import { isEnding, isReady, type ServedPod } from './served-objects.ts';

/**
 * Evicts one pod, so that its controller makes another in its place. An eviction asks the PodDisruptionBudget that the pod is
 * under, which a plain delete does not; so there is no second way when it is refused.
 *
 * The uid is the fence: a StatefulSet gives the name to the next pod. But an eviction with a wrong uid is paid for with room
 * in the budget for two minutes, so the pod is read right before, and nothing is sent where it is another one by now.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
export async function releasePod(
  api: ApiClient,
  workload: WorkloadTarget,
  pod: BlockingPod | null,
  signal: AbortSignal,
): Promise<EffectResult> {
  if (!pod) return { kind: 'already', note: 'no pod holds up the rest' };
  const path = `${podsPath(workload.namespace)}/${encodeURIComponent(pod.name)}`;
  const read = await api({ method: 'GET', path }, signal);
  if (read.kind === 'rejected' && read.code === 404) return gone(pod);
  if (read.kind !== 'ok') return endOfAttempt(read);
  const now = read.body as ServedPod;
  if (now.metadata.uid !== pod.uid || isEnding(now)) return gone(pod);
  if (pod.notReadySince !== null && isReady(now)) {
    return { kind: 'already', note: `${pod.name} became ready meanwhile and was left alone` };
  }
  const answer = await api(
    { method: 'POST', path: `${path}/eviction`, body: evictionOf(workload, pod) },
    signal,
  );
  if (answer.kind === 'ok') {
    return { kind: 'applied', note: `evicted ${pod.name} so that one of the wanted version takes its place` };
  }
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind !== 'rejected') return endOfAttempt(answer);
  const refused = { api, workload, pod, answer, signal };
  return (await heldByBudget(refused)) ?? refusedFor(refused) ?? endOfAttempt(answer);
}

function evictionOf({ namespace }: WorkloadTarget, { name, uid }: BlockingPod): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    deleteOptions: { preconditions: { uid } },
  };
}

function gone({ name }: BlockingPod): EffectResult {
  return { kind: 'already', note: `the pod ${name} that held up the rest is gone already` };
}

/** Refusals that no waiting cures, and what to do about each; null for any other. */
function refusedFor({ answer, pod }: { answer: ApiRejection; pod: BlockingPod }): EffectResult | null {
  const { code, message } = answer;
  const byHand = `or replace the pod by hand (${pod.releaseHint}); then resume`;
  if (code === 409 || (code === 404 && !message.includes('the requested resource'))) return gone(pod);
  if (code === 404 || code === 400) {
    const reason = `this cluster cannot evict ${pod.name} by the API policy/v1 (${message})`;
    return { kind: 'refused', reason, advice: `Kubernetes can from 1.22 on. Upgrade it, ${byHand}.` };
  }
  if (code === 500 && message.includes('more than one PodDisruptionBudget')) {
    const reason = `${pod.name} is under more than one PodDisruptionBudget, and then Kubernetes evicts no pod`;
    return { kind: 'refused', reason, advice: `Leave it only one, ${byHand}.` };
  }
  return null;
}
