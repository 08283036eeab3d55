import type { TriggerView } from '@lastgood/api-client';

/** How long a breach has lasted, as it stands between two readings. Seconds. */
export interface BreachTime {
  lasted: number;
  left: number;
  needed: number;
  /** True when its clock stands: the newest reading says nothing, so nothing counts on. */
  frozen: boolean;
}

type Breached = Pick<
  TriggerView,
  'phase' | 'heldSeconds' | 'forSeconds' | 'holdLeftSeconds' | 'readAt' | 'frozen'
>;

/**
 * The breach of a pending trigger at `now` (epoch ms); null when there is none or it fires. It only grows by readings, so
 * the time since the last one counts for at most one interval; without news it stands still rather than promise more.
 */
export function breachTimeAt(trigger: Breached, now: number, intervalSeconds: number): BreachTime | null {
  if (trigger.phase !== 'pending' || trigger.holdLeftSeconds === null) return null;
  const { frozen } = trigger;
  const sinceRead = trigger.readAt ? (now - Date.parse(trigger.readAt)) / 1000 : 0;
  const counted = frozen ? 0 : Math.min(Math.max(0, sinceRead), intervalSeconds);
  return {
    lasted: Math.min(trigger.forSeconds, trigger.heldSeconds + counted),
    left: Math.max(0, trigger.holdLeftSeconds - counted),
    needed: trigger.forSeconds,
    frozen,
  };
}
