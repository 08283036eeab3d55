import { cpuMs } from '../cpu.ts';
import type { Executor, Worker } from '../executor.ts';
import type { BenchPostgres } from '../postgres.ts';
import type { RecorderProcess } from '../recorder-process.ts';
import { type Outcome, outcomeOf, plansOf, queueAll, untilAllEnded } from './plan-outcomes.ts';

export interface Throughput {
  /** Plans of three steps a second, from the first that is queued to the end of the last. */
  plansPerSecond: number;
  /** Processor time of the workers, of the server, and transactions that wrote, for one plan with its queuing. */
  workerCpuMs: number;
  serverCpuMs: number;
  transactions: number;
  outcome: Outcome;
}

export interface ThroughputParts {
  executor: Executor;
  recorder: RecorderProcess;
  postgres: BenchPostgres;
  workers: readonly Worker[];
}

/** Queuing is part of it: in both engines it is a transaction on the same server. */
export async function measureThroughput(
  { executor, recorder, postgres, workers }: ThroughputParts,
  count: number,
): Promise<Throughput> {
  const plans = plansOf(count, 3);
  const before = await spent(postgres, workers);
  const began = Date.now();
  await queueAll(executor, plans, 8);
  const ended = await untilAllEnded(executor, plans, 60_000);
  const after = await spent(postgres, workers);
  return {
    plansPerSecond: ended === null ? Number.NaN : count / ((ended - began) / 1_000),
    workerCpuMs: (after.workerCpuMs - before.workerCpuMs) / count,
    serverCpuMs: (after.cpuMs - before.cpuMs) / count,
    transactions: (after.transactions - before.transactions) / count,
    outcome: await outcomeOf(executor, plans, await recorder.take()),
  };
}

async function spent(postgres: BenchPostgres, workers: readonly Worker[]) {
  const workerCpu = await Promise.all(workers.map(({ pid }) => cpuMs(pid)));
  return { ...(await postgres.spent()), workerCpuMs: workerCpu.reduce((sum, one) => sum + one, 0) };
}
