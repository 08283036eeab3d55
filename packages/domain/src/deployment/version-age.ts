import { instantAfter } from '../instant-after.ts';
import type { TriggerFrame } from '../trigger/trigger-frame.ts';
import type { Deployment } from './deployment.ts';

/** What of a deployment tells from when on its own version alone is measured. */
export type Aged = Pick<Deployment, 'origin' | 'startedAt' | 'completedAt'>;

/**
 * For so long after a rollback what is asked for may still be of the version taken back, in milliseconds: questions are of a moment
 * before their slot, and what was counted before the change may be scraped after it.
 */
const trailMs = 60_000;

/** From when on it is read: a rollback's own row from its completion on, see `isWatched`. */
export function readSince({ origin, startedAt, completedAt }: Aged): number {
  return origin === 'rollback' ? (completedAt ?? startedAt) : startedAt;
}

/**
 * Where the time of its own version begins. A rollback starts with its first step: while its run goes on, the version that it takes
 * back still fails.
 */
export function versionSince(deployment: Aged): number {
  const since = readSince(deployment);
  return deployment.origin === 'rollback' ? instantAfter(since, trailMs) : since;
}

/** From when on a trigger is asked about it. What needs no warm-up does not wait, see `isSettling`. */
export function dueFrom(deployment: Aged, { initialDelayMs }: Pick<TriggerFrame, 'initialDelayMs'>): number {
  if (initialDelayMs === 0) return readSince(deployment);
  return instantAfter(versionSince(deployment), initialDelayMs);
}
