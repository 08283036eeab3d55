import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who uses a service all the time, as it is led to its pods: what it is like from outside. */
export interface Traffic {
  /** Resolves when this many answers were bad since now. */
  fails(times: number, withinMs: number): Promise<void>;
  /** The instant of the first of so many good answers in a row, later than `since`, in epoch milliseconds. */
  restored(since: number, withinMs: number): Promise<number>;
  stop(): Promise<void>;
}

const everyMs = 20;
/** One of three requests fails where a release fails; so many good ones in a row come by chance once in half a million. */
const goodInARow = 32;
const patienceMs = 2_000;

/** @param url what is asked again and again, one request at a time */
export function startTraffic(url: string): Traffic {
  let open = true;
  let bad = 0;
  let goodSince: number | null = null;
  let good = 0;
  const running = (async () => {
    while (open) {
      const askedAt = Date.now();
      if (await answersWell(url)) {
        goodSince ??= askedAt;
        good += 1;
      } else {
        [goodSince, good] = [null, 0];
        bad += 1;
      }
      await sleep(everyMs);
    }
  })();
  return {
    async fails(times, withinMs) {
      const before = bad;
      await until(() => bad - before >= times, withinMs, `${url} did not fail`);
    },
    async restored(since, withinMs) {
      await sleep(Math.max(0, since - Date.now()));
      // What was good already before may fail yet: only answers from after count.
      if (goodSince !== null && goodSince < since) [goodSince, good] = [null, 0];
      await until(() => good >= goodInARow, withinMs, `${url} was not restored`);
      return goodSince ?? Number.NaN;
    },
    async stop() {
      open = false;
      await running;
    },
  };
}

async function answersWell(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function until(holds: () => boolean, withinMs: number, otherwise: string): Promise<void> {
  for (const end = Date.now() + withinMs; !holds(); await sleep(everyMs)) {
    if (Date.now() > end) throw new Error(`${otherwise} within ${withinMs / 1000} s`);
  }
}
