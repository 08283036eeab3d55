import type { SlotStore } from '@lastgood/domain';
import type { Clock } from '../clock.ts';

/** Tells the same time to every replica, however wrong the clock of its machine and whenever that is set. */
export interface SlotClock extends Clock {
  /** Asks the database for its time: at least so late it is when this resolves. Rejects where it does not answer. */
  compare(): Promise<number>;
  /** How far the machine's clock is ahead of it, in milliseconds; 0 before the first comparison. */
  machineAheadMs(): number;
}

/** An answer that took longer says too little of when it was given. */
const longestMs = 1_000;

/**
 * The database's clock, which is the one that all replicas share: where each took its own, one that is behind would judge what was
 * long ago, and one that takes over from a replica ahead of it would wait until it has caught up. Between two comparisons it goes on
 * by a clock that nobody sets; before the first it is the machine's.
 *
 * @param monotonic milliseconds since whenever, which never go back nor are set
 */
export function createSlotClock(
  slots: Pick<SlotStore, 'now'>,
  clock: Clock,
  monotonic: () => number,
): SlotClock {
  /** The database's time when the monotonic clock began. */
  let origin: number | null = null;
  const now = () => (origin === null ? clock.now() : Math.round(origin + monotonic()));
  return {
    now,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    machineAheadMs: () => clock.now() - now(),
    async compare() {
      const began = monotonic();
      const given = await slots.now();
      const ended = monotonic();
      const [earliest, latest] = [given - ended, given - began];
      const isKnown = origin !== null && origin >= earliest && origin <= latest;
      if (!isKnown || ended - began <= longestMs) origin = (earliest + latest) / 2;
      return given;
    },
  };
}
