import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingRequest } from '@lastgood/domain/notification/press';

/** A request of another time may be one that somebody recorded. */
const windowSeconds = 5 * 60;

/**
 * Why a request is not one that Slack signed within the last five minutes; null where it is. The signature is `v0=` and the hex of
 * HMAC-SHA256 over `v0:TIMESTAMP:BODY`, the body as it came.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signatureFault(
  { headers, body }: IncomingRequest,
  secret: string,
  now: number,
): string | null {
  const timestamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp) || typeof signature !== 'string')
    return 'it is not signed';
  if (Math.abs(now / 1000 - Number(timestamp)) > windowSeconds)
    return 'it was not signed within the last five minutes';
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const [, hex = ''] = /^v0=([0-9a-f]{64})$/.exec(signature) ?? [];
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected)
    ? null
    : 'its signature is not that of the signing secret';
}
