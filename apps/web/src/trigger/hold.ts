import type { TriggerView } from '@lastgood/api-client';

/** A hold as it stands between two readings. Seconds. */
export interface HoldNow {
  held: number;
  left: number;
  needed: number;
  /** True when the hold's clock stands: the source cannot be asked, so nothing counts on. */
  frozen: boolean;
}

type Held = Pick<
  TriggerView,
  'phase' | 'heldSeconds' | 'forSeconds' | 'holdLeftSeconds' | 'readAt' | 'trouble'
>;

/**
 * The hold of a pending trigger at `now` (epoch ms), or null when nothing lasts. A hold only grows by readings, so
 * the time since the last one counts for at most one interval; without news it stands still rather than promise more.
 */
export function holdAt(trigger: Held, now: number, intervalSeconds: number): HoldNow | null {
  if (trigger.phase !== 'pending' || trigger.holdLeftSeconds === null) return null;
  const frozen = trigger.trouble !== null;
  const sinceRead = trigger.readAt ? (now - Date.parse(trigger.readAt)) / 1000 : 0;
  const counted = frozen ? 0 : Math.min(Math.max(0, sinceRead), intervalSeconds);
  return {
    held: Math.min(trigger.forSeconds, trigger.heldSeconds + counted),
    left: Math.max(0, trigger.holdLeftSeconds - counted),
    needed: trigger.forSeconds,
    frozen,
  };
}
