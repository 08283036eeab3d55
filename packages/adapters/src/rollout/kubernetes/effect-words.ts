import type { WorkloadTarget } from '@lastgood/domain/rollback/step';
import type { ApiAnswer } from './api-answer.ts';

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
  return answer.kind === 'not-sent'
    ? `the API server could not be reached: ${answer.reason}`
    : `the API server's answer was lost: ${answer.reason}`;
}
