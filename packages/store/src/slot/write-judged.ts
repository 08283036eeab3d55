import {
  isPackable,
  isUnusable,
  type JudgedReading,
  type SlotClaim,
  type SlotCommit,
} from '@lastgood/domain';
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
  const excused = new Set(commit.states.filter(isExcused).map(keyOf));
  const packed = new Set(
    commit.readings.filter((one) => !excused.has(keyOf(one)) && isPacked(one, claim, commit, standing)),
  );
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

function keyOf({ deploymentId, trigger }: { deploymentId: string; trigger: string }): string {
  return `${deploymentId} ${trigger}`;
}

/**
 * What cannot be used is in trouble, but for what a rollback takes back. What is packed is judged again, and a pack does not say that
 * one was at work: it would come to a trouble there.
 */
function isExcused({ state }: SlotCommit['states'][number]): boolean {
  const { reading, companion } = state;
  const isUnused = reading !== null && isUnusable(reading) && state.troubleSince === null;
  return (
    isUnused || (companion !== null && companion.reading.kind !== 'value' && companion.troubleSince === null)
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
