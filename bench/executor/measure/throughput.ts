import type { Executor } from '../executor.ts';
import type { RecorderProcess } from '../recorder-process.ts';
import { type Account, accountOf, plansOf, queueAll, untilAllEnded } from './carry.ts';

export interface Throughput {
  /** Plans of three steps a second, from the first that is queued to the end of the last. */
  plansPerSecond: number;
  account: Account;
}

/** Queuing is part of it: in both engines it is a transaction on the same server. */
export async function measureThroughput(
  executor: Executor,
  recorder: RecorderProcess,
  count: number,
): Promise<Throughput> {
  const plans = plansOf(count, 3);
  const began = Date.now();
  await queueAll(executor, plans, 8);
  const ended = await untilAllEnded(executor, plans, 60_000);
  return {
    plansPerSecond: ended === null ? Number.NaN : count / ((ended - began) / 1_000),
    account: await accountOf(executor, plans, await recorder.take()),
  };
}
