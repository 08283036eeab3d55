import type { SlotClock } from '@lastgood/engine';
import type { Loop } from './loop.ts';

export interface SlotLoopOptions {
  intervalMs: number;
  clock: SlotClock;
  tick(slot: number, signal: AbortSignal): Promise<void>;
  /** Slots that passed while a tick before them was still under way. */
  onSkipped(slots: number): void;
  onFault(loop: string, error: unknown): void;
}

/** The newest slot that has begun: slots lie at multiples of the interval, the same for every replica. */
function slotAt(now: number, intervalMs: number): number {
  return Math.floor(now / intervalMs) * intervalMs;
}

/**
 * Ticks once per aligned slot and never twice at a time. A tick that outlives its slot makes the loop skip to the newest
 * slot: an old one would ask for the same instant the newer asks better for.
 */
export function startSlotLoop({
  intervalMs,
  clock,
  tick,
  onSkipped,
  onFault,
}: SlotLoopOptions): Omit<Loop, 'wake'> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const compare = () => clock.compare().catch((error) => onFault('monitor', error));
  const running = (async () => {
    await compare();
    let last = slotAt(clock.now(), intervalMs);
    while (!signal.aborted) {
      await clock.sleep(last + intervalMs - clock.now(), signal);
      // Timers may fire a moment early; the slot that was waited for has begun all the same.
      const slot = Math.max(last + intervalMs, slotAt(clock.now(), intervalMs));
      if (signal.aborted) return;
      const skipped = (slot - last) / intervalMs - 1;
      if (skipped > 0) onSkipped(skipped);
      last = slot;
      try {
        await tick(slot, signal);
      } catch (error) {
        if (!signal.aborted) onFault('monitor', error);
      }
      if (!signal.aborted) await compare();
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
