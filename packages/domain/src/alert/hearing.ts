import type { ToldMessage } from './told-alert.ts';

/**
 * Who tells of alerts goes on to speak when whoever evaluates them is gone: it tells of the end of all that fired, for nobody sends it any
 * more. So only what it tells as firing says that somebody evaluates.
 */
export function isHearing({ alerts }: Pick<ToldMessage, 'alerts'>): boolean {
  return alerts.some(({ status }) => status === 'firing');
}

/** A stretch of time in which somebody was heard from, at least every `heardEveryMs`. Epoch milliseconds. */
export interface HeardStretch {
  from: number;
  until: number;
}

/** Two words further apart are of two stretches. No question lets less time count: inside a stretch there always was a word lately. */
export const heardEveryMs = 120_000;

/** What a source told says for no longer than this that it is heard from: every other of its words may come late, and none be lost. */
export const hearingMs = 150_000;

/**
 * Whoever was silent for a while, or could not reach Lastgood, has much to tell at once and tells it one after the other: until so long
 * after the first word, that nothing was told of an alert says nothing.
 */
export const settlesMs = 60_000;

/** The newest stretch once something is heard; what is returned replaces it where it begins at the same instant. */
export function heardAlso(newest: HeardStretch | null, at: number): HeardStretch {
  if (newest && at - newest.until <= heardEveryMs)
    return { from: newest.from, until: Math.max(newest.until, at) };
  return { from: at, until: at };
}

/** How somebody was heard from, as of an instant. */
export interface Heard {
  /** The last word until then; inside a stretch it is the instant itself. */
  lastAt: number;
  /** Since when, without a silence longer than was asked about. */
  since: number;
}

/**
 * Null when there was no word until then.
 * @param stretches in any order
 */
export function heardAsOf(stretches: readonly HeardStretch[], at: number, withinMs: number): Heard | null {
  const [newest, ...older] = stretches
    .filter(({ from }) => from <= at)
    .sort((one, other) => other.from - one.from);
  if (!newest) return null;
  let { from: since } = newest;
  for (const { from, until } of older) {
    if (since - until > withinMs) break;
    since = from;
  }
  return { lastAt: Math.min(newest.until, at), since };
}
