import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { endOfAttempt } from '../../kubernetes/answer-words.ts';
import { type ApiAnswer, isLostFence } from '../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { podsPath } from '../../kubernetes/resource-paths.ts';

/**
 * Deletes pods that an ordered StatefulSet will not replace, by name and uid. The uid is the fence: a StatefulSet gives the name to the next pod, and a repeated delete by
 * name alone would hit that one. 404 and 409 both say that this very pod is no longer there, unless an admission webhook chose the 409.
 */
export async function releaseStuckPods(
  api: ApiClient,
  workload: WorkloadTarget,
  pods: readonly { name: string; uid: string }[],
  signal: AbortSignal,
): Promise<EffectResult> {
  const deleted: string[] = [];
  for (const { name, uid } of pods) {
    const answer = await api(
      {
        method: 'DELETE',
        path: `${podsPath(workload.namespace)}/${encodeURIComponent(name)}`,
        body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } },
      },
      signal,
    );
    if (answer.kind === 'ok') deleted.push(name);
    // A lost answer is harmless: the next attempt finds this uid there or gone.
    else if (!isGone(answer)) return endOfAttempt(answer);
  }
  if (deleted.length === 0) return { kind: 'already', note: 'the pods are gone already' };
  return { kind: 'applied', note: `deleted ${deleted.join(', ')} so that a good pod takes the name` };
}

function isGone(answer: ApiAnswer): boolean {
  return answer.kind === 'rejected' && (answer.code === 404 || isLostFence(answer));
}
