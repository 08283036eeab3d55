import { restartsOf, type ServiceStory, served } from './service-story.ts';
import type { WatchedTrigger } from './watched-triggers.ts';

/*
 * What the query of a trigger means, computed from what was served and not from what was scraped: windows as the triggers declare them,
 * and not one line of the product.
 */

const second = 1_000;
const minute = 60 * second;

/** How far beyond its limit a service is; 1 at the limit, more in breach. `startedAt`: when its version began. */
export type Severity = (story: ServiceStory, at: number, startedAt: number) => number;

const share = (story: ServiceStory, from: number, to: number) => {
  const { all, failed } = served(story, from, to);
  return all === 0 ? 0 : failed / all;
};

/** Two windows, both beyond rate x 0.1 %, none older than the version. */
const burning = (
  story: ServiceStory,
  at: number,
  startedAt: number,
  rate: number,
  long: number,
  short: number,
) => {
  if (at - startedAt < short) return 0;
  const longShare = share(story, Math.max(startedAt, at - long), at);
  return Math.min(longShare, share(story, at - short, at)) / (rate * 0.001);
};

export const trueSeverity: Record<WatchedTrigger, Severity> = {
  high_error_rate: (story, at) => share(story, at - 2 * minute, at) / 0.05,
  crash_loop: (story, at) => restartsOf(story, at - 5 * minute, at) / 3,
  low_traffic: (story, at) => 5 / Math.max(1e-9, served(story, at - 2 * minute, at).all / 120),
  slo_burn_rate: (story, at, startedAt) =>
    Math.max(
      burning(story, at, startedAt, 14.4, 60 * minute, 5 * minute),
      burning(story, at, startedAt, 6, 360 * minute, 30 * minute),
    ),
};

/** How long a breach must last, and how far back the query looks at what is new. */
export const declared: Record<WatchedTrigger, { holdMs: number; windowMs: number }> = {
  high_error_rate: { holdMs: 2 * minute, windowMs: 2 * minute },
  crash_loop: { holdMs: minute, windowMs: 5 * minute },
  low_traffic: { holdMs: minute, windowMs: 2 * minute },
  slo_burn_rate: { holdMs: 0, windowMs: 5 * minute },
};

/** From when on it is in breach for good, `margin` beyond its limit; null where it is not by `until`. */
export function breachedFrom(
  trigger: WatchedTrigger,
  story: ServiceStory,
  { startedAt, until, margin }: { startedAt: number; until: number; margin: number },
): number | null {
  let from: number | null = null;
  for (let at = until; at >= startedAt; at -= 5 * second) {
    if (trueSeverity[trigger](story, at, startedAt) < margin) break;
    from = at;
  }
  return from;
}

/** For how long, between two instants, it is in breach. */
export function breachedMs(
  trigger: WatchedTrigger,
  story: ServiceStory,
  { startedAt, until }: { startedAt: number; until: number },
): number {
  let ms = 0;
  for (let at = startedAt; at <= until; at += 5 * second)
    if (trueSeverity[trigger](story, at, startedAt) > 1) ms += 5 * second;
  return ms;
}
