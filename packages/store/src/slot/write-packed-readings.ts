import type { JudgedReading, SlotClaim } from '@lastgood/domain';
import { arrayLiteral } from '../connection/array-literal.ts';
import { instant, parameters, type Sql } from '../connection/pool.ts';
import { dayOf } from '../reading/partitions.ts';
import { shardOf } from '../reading/shards.ts';
import { fromReading } from '../rows/trigger-row.ts';
import { bulkInsert, type Columns } from '../write/insert.ts';
import type { ReadingMemory } from './chunk-memory.ts';

/** Of which definition a reading is, as `writeDefinitions` says. */
export type DigestOf = (reading: JudgedReading) => string | undefined;

/**
 * Keeps readings in which nothing happened (`isPackable`), without loss: a series says once what they share, and each shard of
 * the chunk has one row of numbers for this slot. All of them are of the claim's slot and were judged `lateMs` after it. Returns the
 * series that are known then.
 */
export async function writePackedReadings(
  sql: Sql,
  claim: SlotClaim,
  { readings, lateMs, digestOf }: { readings: readonly JudgedReading[]; lateMs: number; digestOf: DigestOf },
  known: ReadingMemory['series'],
): Promise<ReadingMemory['series']> {
  if (readings.length === 0) return known;
  const { ids, series } = await seriesOf(sql, claim, readings, digestOf, known);
  const packed = readings.map((reading, index) => ({ reading, id: ids[index] }));
  const shards = [...Map.groupBy(packed, ({ reading }) => shardOf(reading.deploymentId))];
  const { values, add } = parameters();
  const common = [instant(claim.slot), claim.chunk, lateMs].map(add);
  const rows = shards.map(([shard, some]) => {
    const samples = some.map(({ reading }) => fromReading(reading.samples).value);
    const own = [
      ...[shard, some.map(({ id }) => id), some.map(({ reading }) => fromReading(reading.reading).value)],
      samples.every((one) => one === null) ? null : samples,
    ].map(add);
    return `(${[...common, ...own].join(', ')})`;
  });
  // One round trip for all shards, each of which has arrays that `unnest` would flatten.
  await sql(
    `insert into packed_readings (slot, chunk, late_ms, shard, series, numbers, samples)
     values ${rows.join(', ')} on conflict do nothing`,
    values,
    'prepared',
  );
  return series;
}

/** The series of each reading: the one known of its trigger where it is of it still, else as it is found or written. */
async function seriesOf(
  sql: Sql,
  claim: SlotClaim,
  readings: readonly JudgedReading[],
  digestOf: DigestOf,
  known: ReadingMemory['series'],
): Promise<{ ids: number[]; series: ReadingMemory['series'] }> {
  const day = dayOf(claim.slot);
  const columns = shared(digestOf, claim);
  const given = Object.values(columns);
  const ids = readings.map((reading) => {
    const one = known.get(keyOf(reading));
    return one?.day === day && given.every(({ of }, index) => of(reading, 0) === one.values[index])
      ? one.id
      : null;
  });
  const others = readings.filter((_, index) => ids[index] === null);
  if (others.length === 0) return { ids: ids.map(Number), series: known };
  const found = (await findOrWriteSeries(sql, claim, others, columns)).values();
  const newest = new Map(known);
  const all = readings.map((reading, index) => {
    const id = ids[index] ?? Number(found.next().value);
    if (id !== ids[index])
      newest.set(keyOf(reading), { id, day, values: given.map(({ of }) => of(reading, 0)) });
    return id;
  });
  return { ids: all, series: newest };
}

function keyOf({ deploymentId, trigger }: JudgedReading): string {
  return `${deploymentId} ${trigger}`;
}

/**
 * The row of the chunk is locked, so nobody else writes one of its series; ids are taken only for those that are new, since an
 * `on conflict` would spend one of their two thousand million at every try.
 */
async function findOrWriteSeries(
  sql: Sql,
  claim: SlotClaim,
  readings: readonly JudgedReading[],
  columns: Columns<JudgedReading>,
): Promise<number[]> {
  const found = await findSeries(sql, claim, readings, columns);
  const unknown = readings.filter((_, index) => found[index] === null);
  if (unknown.length === 0) return found.map(Number);
  await bulkInsert<JudgedReading>(sql, {
    table: 'reading_series',
    columns: {
      ...columns,
      day: { type: 'timestamptz', of: () => instant(dayOf(claim.slot)) },
      shard: { type: 'smallint', of: (row) => shardOf(row.deploymentId) },
    },
    rows: unknown,
  });
  const all = await findSeries(sql, claim, readings, columns);
  return all.map((id) => {
    if (id === null) throw new Error('a series of readings was not found after it was written');
    return id;
  });
}

/** What makes readings of one day a series. */
function shared(digestOf: DigestOf, { chunk }: SlotClaim): Columns<JudgedReading> {
  return {
    deployment_id: { type: 'text', of: (row) => row.deploymentId },
    trigger: { type: 'text', of: (row) => row.trigger },
    chunk: { type: 'int', of: () => chunk },
    definition: { type: 'text', of: digestOf },
    threshold: { type: 'float8', of: (row) => row.threshold },
    phase: { type: 'text', of: (row) => row.phase },
    kind: { type: 'text', of: (row) => row.reading.kind },
    detail: { type: 'text', of: (row) => fromReading(row.reading).detail },
    sample_detail: { type: 'text', of: (row) => fromReading(row.samples).detail },
    sample_kind: { type: 'text', of: (row) => fromReading(row.samples).kind },
    counts: { type: 'bool', of: (row) => row.counts },
    settling: { type: 'bool', of: (row) => row.settling },
  };
}

async function findSeries(
  sql: Sql,
  { slot }: SlotClaim,
  readings: readonly JudgedReading[],
  columns: Columns<JudgedReading>,
): Promise<(number | null)[]> {
  const names = Object.keys(columns);
  const entries = Object.values(columns);
  const arrays = entries.map(({ type }, index) => `$${index + 2}::${type}[]`);
  const same = names.map((name) => `s.${name} is not distinct from given.${name}`);
  const indexed = ['deployment_id', 'trigger'].map((name) => `s.${name} = given.${name}`);
  const found = await sql<{ id: number | null }>(
    `select min(s.id) as id
     from unnest(${arrays.join(', ')}) with ordinality as given(${names.join(', ')}, place)
     left join reading_series s on s.day = $1 and ${[...indexed, ...same.slice(indexed.length)].join(' and ')}
     group by given.place order by given.place`,
    [instant(dayOf(slot)), ...entries.map(({ of }) => arrayLiteral(readings.map(of)))],
    'prepared',
  );
  return found.rows.map(({ id }) => id);
}
