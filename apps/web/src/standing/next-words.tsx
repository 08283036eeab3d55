import type { Standing } from '@lastgood/api-client';
import { useNow } from '../clock/use-now.ts';
import { clockTime } from '../time/duration.ts';
import { shortMoment } from '../time/moment.ts';

/** Beyond this an instant says more than a countdown. */
const countedMs = 2 * 3_600_000;

/** What happens by itself and when, counted down: `rolls back to v41 in 0:14`. */
export function nextText({ words, at }: NonNullable<Standing['next']>, now: number): string {
  if (at === null) return words;
  const left = Date.parse(at) - now;
  if (left <= 0) return `${words} any moment`;
  return left > countedMs
    ? `${words} ${shortMoment(Date.parse(at), now)}`
    : `${words} in ${clockTime(left / 1000)}`;
}

/** The same, alive: only these words are drawn anew every second. */
export function NextWords({ next }: { next: NonNullable<Standing['next']> }) {
  return nextText(next, useNow());
}
