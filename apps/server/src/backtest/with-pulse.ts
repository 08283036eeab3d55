import { setTimeout as sleep } from 'node:timers/promises';

/** What comes, and between two that are long in coming a pulse now and then: a connection on which nothing moves is closed. */
export async function* withPulse<T>(
  from: AsyncGenerator<T, void>,
  everyMs: number,
  pulse: () => T,
): AsyncGenerator<T, void> {
  let next = from.next();
  try {
    for (;;) {
      const found = await within(next, everyMs);
      if (found === null) {
        yield pulse();
        continue;
      }
      if (found.done) return;
      yield found.value;
      next = from.next();
    }
  } finally {
    // Nobody listens to the rest, nor waits for its end.
    next.catch(() => undefined);
    from.return().catch(() => undefined);
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const timer = new AbortController();
  const late = sleep(ms, null, { signal: timer.signal, ref: false }).catch(() => null);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
