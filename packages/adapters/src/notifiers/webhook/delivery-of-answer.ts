import { STATUS_CODES } from 'node:http';
import type { Delivery } from '@lastgood/domain/notification/delivery';

/**
 * What a receiver's answer means. 2xx: delivered. 408, 425, 429 and 5xx: later, after what `Retry-After` says. Anything
 * else will say the same again, a redirect included: a signed document goes only where the configuration sends it.
 */
export function deliveryOfAnswer(status: number, retryAfter: string | null, now: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `The receiver answered HTTP ${status}${status in STATUS_CODES ? ` ${STATUS_CODES[status]}` : ''}.`;
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    return { kind: 'retry', reason, afterMs: waitOf(retryAfter, now) };
  }
  const redirected = status >= 300 && status < 400;
  return {
    kind: 'refused',
    reason: redirected ? `${reason} Redirects are not followed: set its final URL.` : reason,
  };
}

/** Seconds or an HTTP date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function waitOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
