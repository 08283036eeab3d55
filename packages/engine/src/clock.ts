/** The only source of time. The server gives the real one, tests and simulations a virtual one. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Runs something under a deadline of its own: its signal aborts after `ms` or with the outer one. */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const ended = new AbortController();
  void clock.sleep(ms, ended.signal).then(() => {
    if (!ended.signal.aborted) over.abort(new Error(`no answer within ${Math.round(ms / 1000)} s`));
  });
  try {
    return await run(AbortSignal.any([outer, over.signal]));
  } finally {
    // Without a reason it would be an exception, stack and all, for every question of every slot.
    ended.abort('over');
  }
}

/** The same of what may not heed its signal: rejects when its time is over, whatever it does. */
export function withCutOff<T>(
  clock: Clock,
  ms: number,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline(clock, ms, outer, async (deadline) => {
    const { promise: cutOff, reject } = Promise.withResolvers<never>();
    const end = () => reject(new Error('there was no answer in time'));
    deadline.addEventListener('abort', end, { once: true });
    try {
      deadline.throwIfAborted();
      return await Promise.race([run(deadline), cutOff]);
    } finally {
      // A signal made of others lives as long as they do while somebody listens to it.
      deadline.removeEventListener('abort', end);
    }
  });
}
