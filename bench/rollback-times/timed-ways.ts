import type { usualTimes } from './usual-times.ts';

/** How a row of the table is played. */
export interface TimedWay {
  /** What of the sandbox's shop it is played with. */
  shows: string;
  /** Whether an answer is one that the rollback has to end, though it did not fail. */
  isOfRelease(body: Record<string, unknown>, tag: string): boolean;
  /** The kind of the last step that is the way's own; the last of all when absent. */
  endsWith?: string;
}

const byItsCode: TimedWay['isOfRelease'] = ({ version }, tag) => version === tag;

export const timedWays: Record<keyof typeof usualTimes, TimedWay> = {
  // The release's code goes back too, after its flag, and serves well meanwhile.
  flag: { shows: 'flag', isOfRelease: ({ ranking }) => ranking === 'new', endsWith: 'set-flag' },
  canary: { shows: 'canary', isOfRelease: byItsCode },
  'blue-green': { shows: 'blue-green', isOfRelease: byItsCode },
  rolling: { shows: 'plain', isOfRelease: byItsCode },
  // What serves badly is not its code, but what that stands on.
  infrastructure: { shows: 'infrastructure', isOfRelease: () => false },
  migration: { shows: 'migration', isOfRelease: byItsCode },
};
