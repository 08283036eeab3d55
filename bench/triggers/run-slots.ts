import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { round } from '../goal.ts';
import { median, percentile } from '../statistics.ts';
import { openWholeTick } from './whole-tick.ts';

/** What the process had in memory, in bytes: the median of the last quarter of the slots, and of the second. */
export interface Memory {
  heap: { last: number; second: number };
  resident: { last: number; second: number };
}

/** A look every so many slots, each after a full collection: what is left then is held. */
const lookEvery = 4;

/** Whole ticks back to back in this process, which holds what the other measurements left, and drops no more of it. */
export async function runSlots(
  given: Parameters<typeof openWholeTick>[0],
  slots: number,
  print: (text: string) => void,
): Promise<Memory> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const whole = await openWholeTick(given);
  const took: number[] = [];
  const looks: { heap: number; resident: number }[] = [];
  try {
    for (let slot = 1; slot <= slots; slot += 1) {
      took.push((await whole.tick()).ms);
      if (slot % lookEvery !== 0) continue;
      collect();
      const { heapUsed, external, rss } = process.memoryUsage();
      looks.push({ heap: heapUsed + external, resident: rss });
    }
  } finally {
    await whole.close();
  }
  print(
    `${slots} slots back to back: a tick's p50 ${round(median(took))} ms, p99 ${round(percentile(took, 0.99))} ms`,
  );
  const quarter = (n: number) =>
    looks.slice(Math.floor((looks.length * n) / 4), Math.floor((looks.length * (n + 1)) / 4));
  const of = (what: 'heap' | 'resident') => ({
    last: median(quarter(3).map((look) => look[what])),
    second: median(quarter(1).map((look) => look[what])),
  });
  const found = { heap: of('heap'), resident: of('resident') };
  for (const [what, { last, second }] of Object.entries(found))
    print(`  ${what}: ${round(second / 1e6)} MB in the second quarter, ${round(last / 1e6)} MB in the last`);
  return found;
}
