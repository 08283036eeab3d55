import type { SlotStore } from '@lastgood/domain';
import type { Clock } from '../clock.ts';

/** Tells the slots to every replica alike, however wrong the clock of its machine. */
export interface SlotClock extends Clock {
  /** Compares it with the database's; in between it goes on as the machine's does. */
  compare(): Promise<void>;
}

/** An answer that took longer says too little of when it was given. */
const longestMs = 1_000;

/**
 * The database's clock, which is the one that all replicas share: where each took its own, one that is behind would judge what was
 * long ago, and one that takes over from a replica ahead of it would wait until it has caught up.
 */
export function createSlotClock(slots: Pick<SlotStore, 'now'>, clock: Clock): SlotClock {
  let aheadMs = 0;
  return {
    now: () => clock.now() + aheadMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    async compare() {
      const began = clock.now();
      const given = await slots.now();
      const tookMs = clock.now() - began;
      if (tookMs >= 0 && tookMs <= longestMs) aheadMs = given - (began + tookMs / 2);
    },
  };
}
