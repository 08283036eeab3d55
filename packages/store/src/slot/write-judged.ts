import { isPackable, type JudgedReading, type SlotClaim, type SlotCommit } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import { type ChunkMemory, nothingKnown } from './chunk-memory.ts';
import { writeAsks } from './write-asks.ts';
import { writeReadings } from './write-readings.ts';
import { writeStates } from './write-states.ts';

/**
 * States, readings, asks and trips of one judged chunk, of which this was known when it was read. Returns what is known once that is
 * committed.
 */
export async function writeJudged(
  sql: Sql,
  claim: SlotClaim,
  commit: SlotCommit,
  known: ChunkMemory = nothingKnown,
): Promise<ChunkMemory> {
  await sql(
    'update slots set late_ms = $3 where slot = $1 and chunk = $2',
    [instant(claim.slot), claim.chunk, commit.lateMs],
    'prepared',
  );
  const standing = new Set(commit.states.filter((one) => one.standing).map((one) => one.deploymentId));
  const packed = new Set(commit.readings.filter((one) => isPacked(one, claim, commit, standing)));
  const states = await writeStates(sql, commit.states, packed, known.states);
  const readings = await writeReadings(sql, claim, commit, packed, known.readings);
  await writeAsks(sql, claim, commit.asks);
  if (commit.tripped.length > 0)
    await sql(
      `insert into trips (slot, service_key) select $1, service from unnest($2::text[]) as service
     on conflict do nothing`,
      [instant(claim.slot), commit.tripped],
    );
  return { ...known, states, readings };
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
