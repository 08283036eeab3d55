import { setTimeout as sleep } from 'node:timers/promises';
import { effectKey } from '../effect.ts';
import type { Executor, Worker } from '../executor.ts';
import type { RecorderProcess } from '../recorder-process.ts';
import { type Outcome, outcomeOf, plansOf, untilAllEnded } from './plan-outcomes.ts';

export interface Takeover {
  /** Milliseconds from the owner's death to the next request of a peer for that plan; null when none came in time. */
  byItselfMs: number[];
  /** Kills after which no peer came by itself. */
  never: number;
  /** From the word of somebody outside who knew that the owner is dead; empty when none was needed. */
  onceToldMs: number[];
  outcome: Outcome;
}

/** So long a peer is given to come by itself. */
export const patienceMs = 10_000;

/**
 * Kills the owner of a plan of six steps in the middle of it, each time in another one: the effect has happened, its reply has
 * not arrived, so that the next owner has to find out. Another worker takes the dead one's place.
 */
export async function measureTakeover(
  executor: Executor,
  recorder: RecorderProcess,
  workers: Worker[],
  kills: number,
): Promise<Takeover> {
  const plans = plansOf(kills, 6);
  const result = { byItselfMs: [] as number[], never: 0, onceToldMs: [] as number[] };
  const records = await recorder.take();
  for (const [index, plan] of plans.entries()) {
    const held = recorder.hold(effectKey(plan.id, 1 + (index % 4)));
    await executor.queue(plan);
    const name = await held;
    const owner = workers.findIndex((worker) => worker.name === name);
    const diedAt = (await workers[owner]?.kill()) ?? Number.NaN;
    recorder.release();
    const nextRequest = async (withinMs: number) => {
      for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(5)) {
        const taken = await recorder.take();
        records.push(...taken);
        const found = taken.find(
          (one) => one.key.startsWith(plan.id) && one.at > diedAt && one.worker !== name,
        );
        if (found) return found.at;
      }
      return null;
    };
    const alone = await nextRequest(patienceMs);
    if (alone !== null) result.byItselfMs.push(alone - diedAt);
    else {
      result.never += 1;
      const toldAt = Date.now();
      await executor.tellOfDeath?.(name);
      const told = executor.tellOfDeath ? await nextRequest(patienceMs) : null;
      if (told !== null) result.onceToldMs.push(told - toldAt);
    }
    await untilAllEnded(executor, [plan], 20_000);
    workers.splice(owner, 1, await executor.startWorker());
  }
  records.push(...(await recorder.take()));
  return { ...result, outcome: await outcomeOf(executor, plans, records) };
}
