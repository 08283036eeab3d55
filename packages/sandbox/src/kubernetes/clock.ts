/**
 * Time for the sandbox. Every controller, kubelet and watch timer goes through a clock, so that a test
 * can hold the cluster still between two steps of a rollout, or let an hour pass in milliseconds.
 */
export interface SandboxClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `action` once, `afterMs` from now, unless the returned function is called before. */
  schedule(afterMs: number, action: () => void): () => void;
}

export interface SteppedClock extends SandboxClock {
  /** Lets this much time pass: runs what falls due, in order, giving promises and sockets a turn after each. */
  advance(byMs: number): Promise<void>;
  /** Milliseconds until the next timer, or undefined when none is set. */
  untilNextMs(): number | undefined;
}

export function createRealClock(): SandboxClock {
  return {
    now: () => Date.now(),
    schedule(afterMs, action) {
      const timer = setTimeout(action, afterMs);
      return () => clearTimeout(timer);
    },
  };
}

interface Timer {
  at: number;
  order: number;
  action: () => void;
}

/** A clock that only moves when told to. Timers of one instant run in the order in which they were set. */
export function createSteppedClock(startAt: number = Date.UTC(2026, 0, 1)): SteppedClock {
  const timers = new Set<Timer>();
  let now = startAt;
  let order = 0;

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  };
  return {
    now: () => now,
    schedule(afterMs, action) {
      const timer = { at: now + Math.max(0, afterMs), order: order++, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    untilNextMs() {
      const timer = next();
      return timer && timer.at - now;
    },
    async advance(byMs) {
      const until = now + byMs;
      for (let timer = next(); timer && timer.at <= until; timer = next()) {
        timers.delete(timer);
        now = timer.at;
        timer.action();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets pending promises and socket callbacks run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The same clock, with everything that was scheduled on it ended by one call, and nothing scheduled after that. */
export function createStoppableClock(clock: SandboxClock): { clock: SandboxClock; stop(): void } {
  const pending = new Set<() => void>();
  let isStopped = false;
  return {
    clock: {
      now: clock.now,
      schedule(afterMs, action) {
        if (isStopped) return () => {};
        const cancel = clock.schedule(afterMs, () => {
          pending.delete(cancel);
          action();
        });
        pending.add(cancel);
        return () => {
          pending.delete(cancel);
          cancel();
        };
      },
    },
    stop() {
      isStopped = true;
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}
