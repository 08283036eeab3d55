import type { Breaker } from '../breaker.ts';
import type { ApiClient } from './api-client.ts';

/** A client that turns requests away while its API server accepts and never answers. */
export function guardClient(api: ApiClient, breaker: Breaker): ApiClient {
  return async (asked, signal) => {
    const refusal = breaker.refusal();
    if (refusal !== null) return { kind: 'not-sent', reason: refusal };
    const answer = await api(asked, signal);
    // A caller that gave up says nothing about the server.
    if (answer.kind !== 'lost' || !answer.timedOut) breaker.answered();
    else if (!signal.aborted || isDeadline(signal)) breaker.unanswered();
    return answer;
  };
}

/** Aborted because time was up, not because nobody wants the answer any more. */
function isDeadline(signal: AbortSignal): boolean {
  return signal.reason instanceof Error && signal.reason.name !== 'AbortError';
}
