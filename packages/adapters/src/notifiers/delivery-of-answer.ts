import { STATUS_CODES } from 'node:http';
import type { Delivery } from '@lastgood/domain/notification/delivery';
import { retryAfterMs } from '../http/retry-after.ts';

/** A page is not put off for longer, whatever its receiver asks for. */
const longestWaitMs = 10 * 60_000;

/**
 * What a receiver's answer means. 2xx: delivered. 408, 425, 429 and 5xx: later, after what `Retry-After` says, ten minutes at the most. Anything
 * else will say the same again, a redirect included: a signed document goes only where the configuration sends it.
 */
export function deliveryOfAnswer(status: number, retryAfter: string | null, now: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `The receiver answered HTTP ${status}${status in STATUS_CODES ? ` ${STATUS_CODES[status]}` : ''}.`;
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    return { kind: 'retry', reason, afterMs: retryAfterMs(retryAfter, now, longestWaitMs) };
  }
  const redirected = status >= 300 && status < 400;
  return {
    kind: 'refused',
    reason: redirected ? `${reason} Redirects are not followed: set its final URL.` : reason,
  };
}
