import type { JudgedReading, SlotClaim, SlotCommit } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { instant, type Sql } from '../connection/pool.ts';
import { fromReading } from '../rows/trigger-row.ts';
import { bulkInsert } from '../write/insert.ts';
import { nothingRead, type ReadingMemory } from './chunk-memory.ts';
import { writeDefinitions } from './write-definitions.ts';
import { type DigestOf, writePackedReadings } from './write-packed-readings.ts';

/** Keeps the readings of a judged chunk, those that are `packed` in packs. Returns what they refer to and is known then. */
export async function writeReadings(
  sql: Sql,
  claim: SlotClaim,
  { readings, lateMs }: SlotCommit,
  packed: ReadonlySet<JudgedReading>,
  known: ReadingMemory = nothingRead,
): Promise<ReadingMemory> {
  const { digestOf, definitions } = await writeDefinitions(sql, readings, known.definitions);
  const given = { readings: [...packed], lateMs, digestOf };
  const series = await writePackedReadings(sql, claim, given, known.series);
  await insertReadings(
    sql,
    claim.chunk,
    readings.filter((one) => !packed.has(one)),
    digestOf,
  );
  return { definitions, series };
}

/** A row for each. One that is there already stays: a slot is judged once. */
export async function insertReadings(
  sql: Sql,
  chunk: number,
  readings: readonly JudgedReading[],
  digestOf: DigestOf,
): Promise<void> {
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
      chunk: { type: 'int', of: () => chunk },
    },
    rows: readings,
    ending: 'on conflict do nothing',
  });
}
