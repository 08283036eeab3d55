import { isPackable, type JudgedReading, type SlotClaim, type SlotCommit } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { fromReading } from '../rows/trigger-row.ts';
import { bulkInsert } from '../write/insert.ts';
import { writeAsks } from './write-asks.ts';
import { writeDefinitions } from './write-definitions.ts';
import { writePackedReadings } from './write-packed-readings.ts';
import { writeStates } from './write-states.ts';

/** States, readings, asks and trips of one judged chunk. */
export async function writeJudged(sql: Sql, claim: SlotClaim, commit: SlotCommit): Promise<void> {
  await sql('update slots set late_ms = $3 where slot = $1 and chunk = $2', [
    instant(claim.slot),
    claim.chunk,
    commit.lateMs,
  ]);
  const standing = new Set(commit.states.filter((one) => one.standing).map((one) => one.deploymentId));
  const packed = new Set(commit.readings.filter((one) => isPacked(one, claim, commit, standing)));
  await writeStates(sql, commit.states, packed);
  await writeReadings(sql, claim, commit, packed);
  await writeAsks(sql, claim, commit.asks);
  await sql(
    `insert into trips (slot, service_key) select $1, service from unnest($2::text[]) as service
     on conflict do nothing`,
    [instant(claim.slot), commit.tripped],
  );
}

/** Whether nothing happened in a reading. A pack says once of which slot it is and when it was judged. */
function isPacked(
  reading: JudgedReading,
  { slot }: SlotClaim,
  { lateMs }: SlotCommit,
  standing: ReadonlySet<string>,
): boolean {
  const isOfClaim = reading.slot === slot && reading.lateMs === lateMs;
  return isOfClaim && isPackable(reading, standing.has(reading.deploymentId));
}

/** One that is there already stays: a slot is judged once. */
async function writeReadings(
  sql: Sql,
  claim: SlotClaim,
  { readings, lateMs }: SlotCommit,
  packed: ReadonlySet<JudgedReading>,
): Promise<void> {
  const digestOf = await writeDefinitions(sql, readings);
  await writePackedReadings(sql, claim, { readings: [...packed], lateMs, digestOf });
  await bulkInsert<JudgedReading>(sql, {
    table: 'readings',
    columns: {
      deployment_id: { type: 'text', of: (row) => row.deploymentId },
      trigger: { type: 'text', of: (row) => row.trigger },
      slot: { type: 'timestamptz', of: (row) => instant(row.slot) },
      kind: { type: 'text', of: (row) => row.reading.kind },
      value: { type: 'float8', of: (row) => fromReading(row.reading).value },
      detail: { type: 'text', of: (row) => fromReading(row.reading).detail },
      parts: { type: 'jsonb', of: (row) => toJson(row.parts) },
      threshold: { type: 'float8', of: (row) => row.threshold },
      phase: { type: 'text', of: (row) => row.phase },
      held_ms: { type: 'float8', of: (row) => row.heldMs },
      late_ms: { type: 'float8', of: (row) => row.lateMs },
      definition: { type: 'text', of: digestOf },
      sample_kind: { type: 'text', of: (row) => fromReading(row.samples).kind },
      sample_value: { type: 'float8', of: (row) => fromReading(row.samples).value },
      sample_detail: { type: 'text', of: (row) => fromReading(row.samples).detail },
      counts: { type: 'bool', of: (row) => row.counts },
      settling: { type: 'bool', of: (row) => row.settling },
      chunk: { type: 'int', of: () => claim.chunk },
    },
    rows: readings.filter((one) => !packed.has(one)),
    ending: 'on conflict do nothing',
  });
}
