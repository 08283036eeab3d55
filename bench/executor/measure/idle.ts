import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../statistics.ts';
import { createEffects, lookThenMake } from '../effect.ts';
import type { Executor } from '../executor.ts';
import type { RecorderProcess } from '../recorder-process.ts';
import { effectTimes, type Outcome, outcomeOf, plansOf, untilAllEnded } from './plan-outcomes.ts';

export interface Idle {
  /** Milliseconds from asking to queue a plan to its first effect, one plan after another. */
  pickUpMs: number[];
  /** Milliseconds between two effects of a plan, without what the effect itself takes. */
  stepMs: number[];
  outcome: Outcome;
}

/** One plan at a time, with pauses that no polling can fall into step with. */
export async function measureIdle(
  executor: Executor,
  recorder: RecorderProcess,
  count: number,
): Promise<Idle> {
  const bare = await bareEffectMs(recorder);
  const plans = plansOf(count, 6);
  const asked: number[] = [];
  for (const plan of plans) {
    await sleep(50 + Math.random() * 100);
    asked.push(performance.timeOrigin + performance.now());
    await executor.queue(plan);
    await untilAllEnded(executor, [plan], 30_000);
  }
  const records = await recorder.take();
  const times = effectTimes(plans, records);
  return {
    pickUpMs: times.map(([first = Number.NaN], index) => first - (asked[index] ?? Number.NaN)),
    stepMs: times.flatMap((at) => at.slice(1).map((one, step) => one - (at[step] ?? Number.NaN) - bare)),
    outcome: await outcomeOf(executor, plans, records),
  };
}

/** What an effect takes with no engine around it. */
async function bareEffectMs(recorder: RecorderProcess): Promise<number> {
  const effects = createEffects(recorder.url, 'bare');
  const took: number[] = [];
  for (let index = 0; index < 200; index++) {
    const before = performance.now();
    await lookThenMake(effects, `bare-${Math.random()}/${index}`);
    took.push(performance.now() - before);
  }
  await recorder.take();
  return median(took);
}
