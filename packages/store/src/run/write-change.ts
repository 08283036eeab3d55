import type { RunChange } from '@lastgood/domain';
import { databaseNow, type Sql } from '../connection/pool.ts';
import { createBatch } from '../write/batch.ts';
import { writeEvents } from '../write/write-audit.ts';
import { setsOfRun } from './write-run.ts';
import { patchStep } from './write-steps.ts';

const noLease = ['lease_holder = null', 'lease_until = null', 'leased_at = null'];
const dueNow = `wake_at = ${databaseNow}`;

/** Takes the run from its holder, whose epoch is worth nothing from now on, for anybody to claim. */
const replaced = ['epoch = epoch + 1', ...noLease, dueNow, `seen_at = ${databaseNow}`];

const setsOfWorker: Record<RunChange['worker'], readonly string[]> = {
  'goes-on': [],
  // What somebody holds was due when it was claimed; a later instant in its row is none that anybody meant.
  'is-woken': [
    `wake_at = case when lease_holder is null then ${databaseNow} else least(wake_at, ${databaseNow}) end`,
  ],
  'is-replaced': replaced,
  // The epoch stays, so whoever held the run before is still fenced off.
  'begins-anew': [
    ...noLease,
    ...['worker = null', 'worker_since = null', 'seen_at = null', dueNow, `not_before = ${databaseNow}`],
    "number = nextval(pg_get_serial_sequence('runs', 'number'))",
  ],
};

/** Writes what a command changes, on a run that is locked. */
export async function writeChange(sql: Sql, id: string, change: RunChange): Promise<void> {
  const batch = createBatch();
  const sets = [...setsOfRun(batch.add, change.run), ...stopAsked(change), ...setsOfWorker[change.worker]];
  if (change.run.status === 'cancelled') sets.push(...noLease);
  if (sets.length > 0) batch.write(`update runs set ${sets.join(', ')} where id = ${batch.add(id)}`);
  for (const patch of change.steps) patchStep(batch, id, patch);
  if (change.dropsChecks) batch.write(`delete from check_states where run_id = ${batch.add(id)}`);
  writeEvents(batch, [change.event]);
  await batch.send(sql);
}

/** When it was asked for decides whether the holder of the lease knows of it. */
function stopAsked({ run: { stopAsked } }: RunChange): string[] {
  if (stopAsked === undefined) return [];
  return [`stop_asked_at = ${stopAsked === null ? 'null' : 'clock_timestamp()'}`];
}

export async function handOver(sql: Sql, id: string): Promise<void> {
  await sql(`update runs set ${replaced.join(', ')} where id = $1`, [id]);
}
