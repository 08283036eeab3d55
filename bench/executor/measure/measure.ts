import type { Executor, Worker } from '../executor.ts';
import type { BenchPostgres } from '../postgres.ts';
import type { RecorderProcess } from '../recorder-process.ts';
import { type Idle, measureIdle } from './idle.ts';
import type { Outcome } from './plan-outcomes.ts';
import { measurePostgresKill, type PostgresKill } from './postgres-kill.ts';
import { measureTakeover, type Takeover } from './takeover.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

/** Everything about one engine from one pass over a fresh database. */
export interface Pass {
  executor: Executor['name'];
  idle: Idle;
  throughput: Throughput;
  takeover: Takeover;
  postgresKill: PostgresKill;
}

export interface Sizes {
  idlePlans: number;
  plans: number;
  kills: number;
}

export async function measure(
  executor: Executor,
  recorder: RecorderProcess,
  postgres: BenchPostgres,
  sizes: Sizes,
): Promise<Pass> {
  const workers: Worker[] = [await executor.startWorker(), await executor.startWorker()];
  const parts = { executor, recorder, postgres, workers };
  const warmUp = await measureThroughput(parts, 20);
  if (warmUp.outcome.lost.length > 0) {
    const states = await executor.open(warmUp.outcome.lost);
    throw new Error(
      `${executor.name} lost plans while warming up: ${JSON.stringify({ states, faults: executor.faults() })}`,
    );
  }
  const idle = await measureIdle(executor, recorder, sizes.idlePlans);
  const throughput = await measureThroughput(parts, sizes.plans);
  const takeover = await measureTakeover(executor, recorder, workers, sizes.kills);
  const postgresKill = await measurePostgresKill(executor, recorder, postgres, sizes.plans);
  return { executor: executor.name, idle, throughput, takeover, postgresKill };
}

export function outcomes({ idle, throughput, takeover, postgresKill }: Pass): Outcome[] {
  return [idle, throughput, takeover, postgresKill].map(({ outcome }) => outcome);
}
