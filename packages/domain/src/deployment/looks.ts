import type { Absence } from './absences.ts';

/**
 * How often it is recorded whether a watched deployment serves: the length of a look's slot. Whoever follows has to look at
 * least twice in this time, or slots pass without a look.
 */
export const lookEveryMs = 15_000;

/** What the looks at a watched deployment saw of its own pods. */
export interface Looks {
  /** Slots of its watch window in which every look saw its own template completely rolled out and serving. */
  served: number;
  lastAt: number | null;
  lastServed: boolean;
  /** What was missing in the newest look that did not see it serve, in words. */
  doubt: string | null;
  /** When it could not be seen between two looks, in order; absent: it always was. */
  gaps?: LookGap[];
}

export interface LookGap extends Absence {
  /** How much of it was seen all the same, in milliseconds, where several are kept as one; absent: nothing. */
  seenMs?: number;
}

export const noLooks: Looks = { served: 0, lastAt: null, lastServed: false, doubt: null };
