import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who uses a service all the time, as it is led to its pods: what it is like from outside. */
export interface Traffic {
  /** Resolves when this many answers have failed since now. */
  fails(times: number, withinMs: number): Promise<void>;
  /**
   * When the first answer was received after which no bad one was asked for yet, in epoch milliseconds, but not before `since`; NaN
   * when the last was bad or nothing was asked since. Right only once it is certain that none follows: when the rollback is verified.
   * Of a release that gets a share of the requests the last bad answer comes before the switch by about one request of its share.
   */
  goodSince(since: number): number;
  stop(): Promise<void>;
}

export interface Asking {
  url: string;
  /** So many ask at the same time, each this long after its last answer. */
  askers: number;
  everyMs: number;
  /** Whether an answer is still one of the release, which is as bad as one that failed. */
  isOfRelease(body: Body): boolean;
}

type Body = Record<string, unknown>;

const pollMs = 20;
const patienceMs = 2_000;

export function startTraffic({ url, askers, everyMs, isOfRelease }: Asking): Traffic {
  let open = true;
  let failed = 0;
  let goodFrom = Number.NaN;
  let lastBadAskedAt = Number.NEGATIVE_INFINITY;
  let lastAskedAt = Number.NEGATIVE_INFINITY;

  function count(body: Body | 'cut off' | null, askedAt: number): void {
    if (body === 'cut off') return;
    lastAskedAt = Math.max(lastAskedAt, askedAt);
    if (body === null) failed += 1;
    if (body === null || isOfRelease(body)) {
      lastBadAskedAt = Math.max(lastBadAskedAt, askedAt);
      goodFrom = Number.NaN;
      // What was asked for before the last bad one proves nothing after it.
    } else if (Number.isNaN(goodFrom) && askedAt > lastBadAskedAt) goodFrom = Date.now();
  }

  const running = Array.from({ length: askers }, async () => {
    while (open) {
      const askedAt = Date.now();
      count(await ask(url), askedAt);
      await sleep(everyMs);
    }
  });
  return {
    async fails(times, withinMs) {
      const before = failed;
      for (const end = Date.now() + withinMs; failed - before < times; await sleep(pollMs)) {
        if (Date.now() > end) throw new Error(`${url} did not fail within ${withinMs / 1000} s`);
      }
    },
    goodSince: (since) => (lastAskedAt < since ? Number.NaN : Math.max(goodFrom, since)),
    async stop() {
      open = false;
      await Promise.all(running);
    },
  };
}

/** Null when it failed; *cut off* when it was under way to a pod that ended, which says nothing about who serves. */
async function ask(url: string): Promise<Body | 'cut off' | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    const body = (await answer.json()) as Body;
    if (answer.ok) return body;
    return String(body.error).includes('ECONNRESET') ? 'cut off' : null;
  } catch {
    return null;
  }
}
