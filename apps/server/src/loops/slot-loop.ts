import type { SlotClock } from '@lastgood/engine';
import type { Loop } from './loop.ts';

export interface SlotLoopOptions {
  intervalMs: number;
  clock: SlotClock;
  tick(slot: number, signal: AbortSignal): Promise<void>;
  /** Slots that passed unasked: a tick before them was still under way, or the database told no time. */
  onSkipped(slots: number): void;
  onFault(loop: string, error: unknown): void;
}

/** The newest slot that has begun: slots lie at multiples of the interval, the same for every replica. */
function slotAt(now: number, intervalMs: number): number {
  return Math.floor(now / intervalMs) * intervalMs;
}

/** The database is asked again so soon when it did not tell the time. */
const retryMs = 1_000;
/** And when the slot that was waited for has not begun by its clock: timers may fire a moment early. */
const earlyMs = 10;

/**
 * Ticks once per aligned slot and never twice at a time. Which slot has begun, the database says right before: one in the future
 * would keep every other replica from judging until it has come. A tick that outlives its slot makes the loop skip to the newest
 * slot: an old one would ask for the same instant the newer asks better for. Where the database's clock goes back, so does the loop.
 */
export function startSlotLoop(options: SlotLoopOptions): Omit<Loop, 'wake'> {
  const { intervalMs, clock, tick, onSkipped, onFault } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  const begun = async () => {
    try {
      return slotAt(await clock.compare(), intervalMs);
    } catch (error) {
      if (!signal.aborted) onFault('monitor', error);
      return null;
    }
  };
  const take = async (slot: number) => {
    try {
      await tick(slot, signal);
    } catch (error) {
      if (!signal.aborted) onFault('monitor', error);
    }
  };
  const running = (async () => {
    let last: number | null = null;
    while (!signal.aborted) {
      const slot = await begun();
      if (signal.aborted) return;
      if (slot === null) {
        await clock.sleep(retryMs, signal);
        continue;
      }
      if (last !== null && slot > last) {
        const skipped = (slot - last) / intervalMs - 1;
        if (skipped > 0) onSkipped(skipped);
        await take(slot);
      }
      last = slot;
      await clock.sleep(Math.max(earlyMs, slot + intervalMs - clock.now()), signal);
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
