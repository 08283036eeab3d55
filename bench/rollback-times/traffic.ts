import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who uses a service all the time, as it is led to its pods: what it is like from outside. */
export interface Traffic {
  /** Resolves when this many answers have failed since now. */
  fails(times: number, withinMs: number): Promise<void>;
  /**
   * When the good answers began that no bad one has followed yet, in epoch milliseconds, but not before `since`; NaN when the last
   * answer was bad or nothing was asked since. Right only once it is certain that none follows: when the rollback is verified.
   */
  goodSince(since: number): number;
  stop(): Promise<void>;
}

export interface Asking {
  url: string;
  everyMs: number;
  /** Whether an answer is still one of the release, which is as bad as one that failed. */
  isOfRelease(body: Record<string, unknown>): boolean;
}

const pollMs = 20;
const patienceMs = 2_000;

/** One request at a time, again and again. */
export function startTraffic({ url, everyMs, isOfRelease }: Asking): Traffic {
  let open = true;
  let failed = 0;
  let goodFrom = Number.NaN;
  let lastAt = Number.NEGATIVE_INFINITY;
  const running = (async () => {
    while (open) {
      const askedAt = Date.now();
      const body = await ask(url);
      if (body === null) failed += 1;
      if (body === null || isOfRelease(body)) goodFrom = Number.NaN;
      else if (Number.isNaN(goodFrom)) goodFrom = askedAt;
      lastAt = askedAt;
      await sleep(everyMs);
    }
  })();
  return {
    async fails(times, withinMs) {
      const before = failed;
      for (const end = Date.now() + withinMs; failed - before < times; await sleep(pollMs)) {
        if (Date.now() > end) throw new Error(`${url} did not fail within ${withinMs / 1000} s`);
      }
    },
    goodSince: (since) => (lastAt < since ? Number.NaN : Math.max(goodFrom, since)),
    async stop() {
      open = false;
      await running;
    },
  };
}

/** Null when it failed. */
async function ask(url: string): Promise<Record<string, unknown> | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    const body = (await answer.json()) as Record<string, unknown>;
    return answer.ok ? body : null;
  } catch {
    return null;
  }
}
