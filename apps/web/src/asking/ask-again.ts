import { ApiError } from '@lastgood/api-client';

const mostWhenBusy = 5;
const mostWhenFailing = 2;

/** The server had no room for it and did nothing: what was asked may be sent again, an act too. */
export function isBusy(error: Error): boolean {
  return error instanceof ApiError && error.status === 429;
}

/** Whether what was read should be read again by itself. */
export function readAgain(failures: number, error: Error): boolean {
  if (isBusy(error)) return failures < mostWhenBusy;
  return failures < mostWhenFailing && !(error instanceof ApiError && error.status < 500);
}

/** Whether an act should be sent again by itself: only where it is known that nothing was done. */
export function actAgain(failures: number, error: Error): boolean {
  return failures < mostWhenBusy && isBusy(error);
}

/**
 * Milliseconds before the next attempt: as long as the server asks for, or twice as long each time. `random` in [0, 1) spreads
 * tabs and browsers, so that those refused together do not come back together.
 */
export function againAfterMs(failures: number, error: Error, random: number): number {
  const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
  const own = Math.min(500 * 2 ** failures, 8_000);
  return Math.round(Math.max(asked, own * 0.5) + own * 0.5 * random);
}
