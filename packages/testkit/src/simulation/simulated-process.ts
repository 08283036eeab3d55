import type { Clock } from '@lastgood/engine';
import { sleepOn, type VirtualTime } from '../virtual-time.ts';

/**
 * A process on a machine whose clock is wrong by `skewMs`. Crashed, nothing reaches it ever again. Frozen, what was due
 * meanwhile reaches it when it thaws, in the order it was due: a reply may lie in its socket before its timers ring.
 */
export interface SimulatedProcess {
  readonly id: string;
  readonly clock: Clock;
  readonly skewMs: number;
  isAlive(): boolean;
  crash(): void;
  freeze(ms: number): void;
  /** Runs `fire` inside the process after `ms`. */
  after(ms: number, fire: () => void): () => void;
}

export function createSimulatedProcess(time: VirtualTime, id: string, skewMs: number): SimulatedProcess {
  let alive = true;
  let frozenUntil = 0;

  const deliver = (fire: () => void) => {
    if (!alive) return;
    if (time.now() < frozenUntil) time.after(frozenUntil - time.now(), () => deliver(fire));
    else fire();
  };
  const after = (ms: number, fire: () => void) => time.after(ms, () => deliver(fire));

  return {
    id,
    skewMs,
    clock: {
      now: () => time.now() + skewMs,
      sleep: (ms, signal) => sleepOn(after, ms, signal),
    },
    isAlive: () => alive,
    crash() {
      alive = false;
    },
    freeze(ms) {
      frozenUntil = Math.max(frozenUntil, time.now() + ms);
    },
    after,
  };
}
