/** Epoch milliseconds that every part can reckon with and write: years of four digits, a day from their end for time zones. */
export const latestInstant = Date.UTC(9999, 11, 30);

/**
 * An instant some time after another. Whatever the numbers are, also those of records from before they had a range, what comes
 * out is an instant: a duration that is no number is none, and one beyond the calendar ends with it.
 */
export function instantAfter(at: number, ms: number): number {
  return soundInstant(at + (Number.isNaN(ms) ? 0 : ms));
}

/** The nearest instant that can be written. */
export function soundInstant(at: number): number {
  return Number.isNaN(at) ? 0 : Math.min(Math.max(at, 0), latestInstant);
}

/** Ten years in milliseconds: nobody waits longer for anything. */
const longestMs = 10 * 365 * 24 * 60 * 60_000;

/** The nearest duration, in milliseconds, that has an end. */
export function soundDuration(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), longestMs);
}
