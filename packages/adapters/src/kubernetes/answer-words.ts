import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { type ApiAnswer, isPassing } from './api-answer.ts';

/** "Deployment shop/web" */
export function nameOf({ kind, namespace, name }: WorkloadTarget): string {
  return `${kind} ${namespace}/${name}`;
}

/** Why an answer is no answer, for people. */
export function reasonOf(answer: Exclude<ApiAnswer, { kind: 'ok' }>): string {
  if (answer.kind === 'rejected') {
    if (answer.code === 401 || answer.code === 403) {
      return `the cluster refuses Lastgood's credentials (${answer.message}); check its role binding`;
    }
    return `the API server answered ${answer.message}`;
  }
  if (answer.kind === 'not-sent' && answer.forGood) return answer.reason;
  return answer.kind === 'not-sent'
    ? `the API server could not be reached: ${answer.reason}`
    : `the API server's answer was lost: ${answer.reason}`;
}

/** When nothing says how long to wait. */
const retryAfterMs = 1_000;

/**
 * An answer that settles nothing, as the end of an attempt: `retry` for what may pass, `refused` for what will not.
 * Not for a lost answer to a write that is not safe to repeat.
 */
export function endOfAttempt(answer: Exclude<ApiAnswer, { kind: 'ok' }>): EffectResult {
  const reason = reasonOf(answer);
  if (answer.kind === 'rejected' && !isPassing(answer)) {
    const causes = answer.causes.length > 0 ? ` (${answer.causes.join('; ')})` : '';
    return { kind: 'refused', reason: `${reason}${causes}` };
  }
  if (answer.kind === 'not-sent' && answer.forGood) return { kind: 'refused', reason };
  const told = answer.kind === 'rejected' ? answer.retryAfterMs : null;
  return { kind: 'retry', reason, afterMs: told ?? retryAfterMs };
}
