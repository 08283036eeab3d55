import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { rightInWords, ruleOf } from './access-right.ts';
import { type ApiAnswer, type ApiRejection, isPassing } from './api-answer.ts';

/** "Deployment shop/web" */
export function nameOf({ kind, namespace, name }: WorkloadTarget): string {
  return `${kind} ${namespace}/${name}`;
}

/** Why an answer is no answer, for people. */
export function reasonOf(answer: Exclude<ApiAnswer, { kind: 'ok' }>): string {
  if (answer.kind === 'rejected') return reasonOfRejection(answer);
  if (answer.kind === 'not-sent' && answer.forGood) return answer.reason;
  return answer.kind === 'not-sent'
    ? `the API server could not be reached: ${answer.reason}`
    : `the API server's answer was lost: ${answer.reason}`;
}

function reasonOfRejection({ why, message, right }: ApiRejection): string {
  switch (why) {
    case 'missing-right':
      return right
        ? `Lastgood may not ${rightInWords(right)}; its role must have the rule ${ruleOf(right)} (the API server answered ${message})`
        : `Lastgood's role lacks a right (the API server answered ${message})`;
    case 'not-authenticated':
      return `the API server does not accept Lastgood's credentials (${message}): its token or certificate has expired, was revoked or is for another cluster`;
    case 'policy':
      return `an admission policy of the cluster refuses: ${message}`;
    case 'webhook':
      return `an admission webhook of the cluster refuses: ${message}`;
    case 'quota':
      return `a quota of the namespace is used up: ${message}`;
    case 'pod-security':
      return `the pod security level of the namespace refuses: ${message}`;
    case 'namespace-ending':
      return `the namespace is being deleted: ${message}`;
    case 'webhook-fails':
      return `an admission webhook that has to be asked does not answer the cluster: ${message}`;
    case 'busy':
      return `the API server has too many requests: ${message}`;
    default:
      return `the API server answered ${message}`;
  }
}

/** When nothing says how long to wait. */
const retryAfterMs = 1_000;

/**
 * An answer that settles nothing, as the end of an attempt: `retry` for what may pass, `refused` for what will not.
 * Not for a lost answer to a write that is not safe to repeat.
 */
export function endOfAttempt(answer: Exclude<ApiAnswer, { kind: 'ok' }>): EffectResult {
  const reason = reasonOf(answer);
  if (answer.kind === 'rejected' && !isPassing(answer)) return { kind: 'refused', reason };
  if (answer.kind === 'not-sent' && answer.forGood) return { kind: 'refused', reason };
  const told = answer.kind === 'rejected' ? answer.retryAfterMs : null;
  return { kind: 'retry', reason, afterMs: told ?? retryAfterMs };
}
