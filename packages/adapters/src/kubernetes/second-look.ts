import { reviewAccess } from './access-review.ts';
import type { ApiAnswer, ApiRejection } from './api-answer.ts';
import type { ApiClient, ApiRequest } from './api-client.ts';

/** A server that has just started had read its roles after at most two seconds when it was watched. */
const settledAfterMs = 5_000;
/** A refusal that nobody met for this long is a new one. */
const forgottenAfterMs = 60_000;
const askAgainMs = 1_000;

interface Refused {
  since: number;
  lastAt: number;
}

/**
 * A missing right, or credentials that are not accepted, end a rollback in the incident. An API server that has just started
 * says the same until it has read its roles, and a token may be in the midst of being renewed. So what refuses a write is
 * marked `unsettled` until it has said so for some seconds, and a missing right until an access review agrees.
 */
export function withSecondLook(api: ApiClient, now: () => number): ApiClient {
  const refused = new Map<string, Refused>();

  async function isSettled(key: string, { right }: ApiRejection, signal: AbortSignal): Promise<boolean> {
    const at = now();
    for (const [other, { lastAt }] of refused) if (at - lastAt > forgottenAfterMs) refused.delete(other);
    const since = refused.get(key)?.since ?? at;
    refused.set(key, { since, lastAt: at });
    if (at - since < settledAfterMs) return false;
    return right === null || (await reviewAccess(api, right, signal)).kind === 'denied';
  }

  return async (asked, signal) => {
    const answer = await api(asked, signal);
    if (asked.method === 'GET') return answer;
    const key = keyOf(asked);
    const doubtful = doubtfulOf(answer);
    if (doubtful === null) {
      if (answer.kind === 'ok' || answer.kind === 'rejected') refused.delete(key);
      return answer;
    }
    if (await isSettled(key, doubtful, signal)) return doubtful;
    return { ...doubtful, unsettled: true, retryAfterMs: askAgainMs };
  };
}

function doubtfulOf(answer: ApiAnswer): ApiRejection | null {
  if (answer.kind !== 'rejected') return null;
  return answer.why === 'missing-right' || answer.why === 'not-authenticated' ? answer : null;
}

function keyOf({ method, path }: ApiRequest): string {
  return `${method} ${path}`;
}
