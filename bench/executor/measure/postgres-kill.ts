import { setTimeout as sleep } from 'node:timers/promises';
import type { Executor } from '../executor.ts';
import type { BenchPostgres } from '../postgres.ts';
import type { RecorderProcess } from '../recorder-process.ts';
import { type Outcome, outcomeOf, plansOf, queueAll, untilAllEnded } from './plan-outcomes.ts';

export interface PostgresKill {
  /** Plans that had not ended when the server died. */
  inFlight: number;
  /** Milliseconds from the server's return to the end of the last plan; NaN when one did not end. */
  doneAfterMs: number;
  outcome: Outcome;
}

const awayMs = 1_000;

/** Kills the server when the first tenth of the effects was made, and starts it again a second later. */
export async function measurePostgresKill(
  executor: Executor,
  recorder: RecorderProcess,
  postgres: BenchPostgres,
  count: number,
): Promise<PostgresKill> {
  const plans = plansOf(count, 3);
  const records = await recorder.take();
  await queueAll(executor, plans, 8);
  while (records.length < (count * 3) / 10) records.push(...(await recorder.take()));
  const open = await executor.open(plans.map(({ id }) => id));
  await postgres.kill();
  await sleep(awayMs);
  await postgres.restart();
  const backAt = Date.now();
  const ended = await untilAllEnded(executor, plans, 60_000);
  records.push(...(await recorder.take()));
  return {
    inFlight: open.length,
    doneAfterMs: ended === null ? Number.NaN : ended - backAt,
    outcome: await outcomeOf(executor, plans, records),
  };
}
