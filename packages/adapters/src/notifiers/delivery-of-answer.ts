import { STATUS_CODES } from 'node:http';
import type { Delivery } from '@lastgood/domain/notification/delivery';
import { longestWaitMs } from '@lastgood/domain/notification/next-try';
import { retryAfterMs } from '../http/retry-after.ts';

/**
 * What a receiver's answer means. 2xx: delivered. 408, 425, 429 and 5xx: later, after what `Retry-After` says, ten minutes at the most. Anything
 * else will say the same again, a redirect included: a signed document goes only where the configuration sends it.
 */
export function deliveryOfAnswer(status: number, retryAfter: string | null, now: number): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `The receiver answered ${statusInWords(status)}.`;
  return mayPass(status)
    ? { kind: 'retry', reason, afterMs: retryAfterMs(retryAfter, now, longestWaitMs) }
    : { kind: 'refused', reason: `${reason}${aboutRedirect(status)}` };
}

/** Whether the same request may be answered otherwise later: 408, 425, 429 and 5xx. */
export function mayPass(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}

/** "HTTP 410 Gone" */
export function statusInWords(status: number): string {
  return `HTTP ${status}${status in STATUS_CODES ? ` ${STATUS_CODES[status]}` : ''}`;
}

/** What to do about a redirect, to stand behind what was answered; empty where it is none. */
export function aboutRedirect(status: number): string {
  return status >= 300 && status < 400 ? ' Redirects are not followed: set its final URL.' : '';
}
