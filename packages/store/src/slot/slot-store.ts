import { aheadToleratedMs, notBegun, type SlotClaim, type SlotStore, withoutFuture } from '@lastgood/domain';
import { instant, onlyRow, type Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { endAcknowledgements } from '../deployment/acknowledgements.ts';
import type { Partitions } from '../reading/partitions.ts';
import { countChunks, isOfChunk } from '../write/chunk-of.ts';
import { writeCommit } from '../write/write-commit.ts';
import { writeContext } from '../write/write-independent-parts.ts';
import { type ChunkMemory, createChunkMemories, type Finished, history } from './chunk-memory.ts';
import { fleetFacts } from './fleet-facts.ts';
import { loadWatched } from './load-watched.ts';
import { writeJudged } from './write-judged.ts';

/**
 * A (slot, chunk) is claimed once over all replicas by inserting its row. Slots of a chunk are claimed in order: an
 * older one than the last claimed is refused, whatever a replica's clock says. So one that has not begun by the database's clock
 * may not be claimed; where that clock has gone back, what was claimed in its future holds nobody up.
 *
 * A claim reads the states of its chunk, thinks, and commits. If another slot of the chunk was committed in between
 * (this replica was slow or frozen), what it thought about has changed: its slot is marked discarded and nothing of it
 * is written. `chunks.last_finished` is that version, its row lock orders the commits.
 */
export function createSlotStore(context: StoreContext, partitions: Partitions): SlotStore {
  /** What was finished when the claim's states were read. */
  const seen = new Map<string, number | null>();
  const memories = createChunkMemories();
  /** What is known of a chunk since its newest claim was read, by the chunk. */
  const read = new Map<number, { claim: string; history: string | undefined; memory: ChunkMemory }>();
  return {
    async now() {
      return onlyRow(await context.sql<{ now: number }>('select clock_timestamp() as now')).now;
    },
    async chunks() {
      const found = await context.sql<{ chunks: number }>(`select ${countChunks} as chunks`);
      // Chunk 0 is judged even when nothing is watched: its slots are the evaluator's heartbeat.
      return Math.max(1, onlyRow(found).chunks);
    },
    claim: (slot, chunk, replica, intervalMs) =>
      inTransaction(context.pool, (sql) => claim(sql, { slot, chunk, replica }, intervalMs)),
    async watched(slotClaim, pace) {
      const { last, now, memory, ...of } = await memories.recall(context.sql, slotClaim);
      seen.set(keyOf(slotClaim), last);
      const loaded = await loadWatched(context, slotClaim, pace, memory);
      read.set(slotClaim.chunk, { claim: keyOf(slotClaim), history: of.history, memory: loaded.memory });
      return loaded.watched.map((one) => withoutFuture(one, now + pace.intervalMs));
    },
    async commit(slotClaim, tripped, judge) {
      await partitions.ensure(slotClaim.slot);
      const key = keyOf(slotClaim);
      const [base, newest] = [seen.get(key), read.get(slotClaim.chunk)];
      const isNewest = newest?.claim === key;
      const { lostRuns, topics, kept, isDiscarded } = await inTransaction(context.pool, async (sql) => {
        const finished = await finish(sql, slotClaim, base);
        if (finished === null) return { lostRuns: [], topics: [], kept: null, isDiscarded: true };
        // What was read of another history says nothing of the rows of this one.
        const known = isNewest && newest.history === finished.history ? newest.memory : undefined;
        const commit = judge(await fleetFacts(sql, slotClaim.slot, tripped));
        const memory = await writeJudged(sql, slotClaim, commit, known);
        const ended = await endAcknowledgements(sql, commit.endedAcknowledgements ?? []);
        const told = {
          events: [...(commit.events ?? []), ...ended.events],
          notifications: [...(commit.notifications ?? []), ...ended.notifications],
        };
        const written = await writeCommit(sql, { ...commit, ...told }, writeContext(context));
        return { ...written, kept: known ? { finished, memory } : null, isDiscarded: false };
      });
      seen.delete(key);
      if (isNewest) read.delete(slotClaim.chunk);
      if (kept) memories.keep(slotClaim, kept.finished, kept.memory);
      context.tellReplicas(topics);
      return { lostRuns, isDiscarded };
    },
  };
}

interface LastFinished {
  last_finished: number | null;
}

function keyOf(claim: SlotClaim): string {
  return `${claim.slot}/${claim.chunk}`;
}

async function claim(sql: Sql, wanted: SlotClaim, intervalMs: number): Promise<SlotClaim | null> {
  const { slot, chunk, replica } = wanted;
  const { last_claimed: claimed, now } = await lockChunk(sql, chunk);
  if (slot > now + aheadToleratedMs) throw notBegun(slot, now);
  const future = claimed !== null && claimed > now + intervalMs ? { claimedAhead: claimed } : {};
  const last = 'claimedAhead' in future ? null : claimed;
  if (last !== null && last >= slot) return null;
  const unclaimed = await countUnclaimed(sql, wanted, last, intervalMs);
  const updated = await sql<{ unfinished_by: string | null }>(
    // There is a row of the slot already where the clock has gone back.
    `with claimed as (
       insert into slots (slot, chunk, claimed_by, started, missed) values ($1, $2, $3, clock_timestamp(), $4)
       on conflict (slot, chunk) do update set claimed_by = excluded.claimed_by, started = excluded.started,
         missed = excluded.missed, finished = null, late_ms = null, discarded = false)
     update chunks set last_claimed = $1 where chunk = $2 returning
       (select claimed_by from slots where slot = $5 and chunk = $2 and finished is null) as unfinished_by`,
    [instant(slot), chunk, replica, unclaimed, last === null ? null : instant(last)],
    'prepared',
  );
  const unfinishedBy = updated.rows[0]?.unfinished_by ?? null;
  const isMissed = unclaimed > 0 || unfinishedBy !== null;
  return { ...wanted, ...future, ...(isMissed && { missed: { unclaimed, unfinishedBy } }) };
}

interface LockedChunk {
  last_claimed: number | null;
  /** By the database's clock. */
  now: number;
}

/** Locks the chunk, which is written down with its first claim. */
async function lockChunk(sql: Sql, chunk: number): Promise<LockedChunk> {
  const lock = () =>
    sql<LockedChunk>(
      'select last_claimed, clock_timestamp() as now from chunks where chunk = $1 for no key update',
      [chunk],
      'prepared',
    );
  const found = await lock();
  if (found.rows[0]) return found.rows[0];
  await sql('insert into chunks (chunk) values ($1) on conflict do nothing', [chunk]);
  return onlyRow(await lock());
}

/** Chunk 0 is owed a slot always; another since the oldest of what it has to judge began. */
async function countUnclaimed(
  sql: Sql,
  { slot, chunk }: SlotClaim,
  last: number | null,
  intervalMs: number,
): Promise<number> {
  if (last === null || slot - last <= intervalMs) return 0;
  const found = await sql<{ began: number | null }>(
    `select min(d.started_at) as began from deployments d where d.chunk = $1 and ${isOfChunk('d')}`,
    [chunk],
  );
  const owedAfter = chunk === 0 ? last : Math.max(last, found.rows[0]?.began ?? slot);
  return Math.max(0, Math.ceil((slot - owedAfter) / intervalMs) - 1);
}

/** When it was finished; null when it was already, or the states it was judged from are no longer the newest. */
async function finish(
  sql: Sql,
  { slot, chunk, replica }: SlotClaim,
  base: number | null | undefined,
): Promise<Finished | null> {
  const locked = await sql<LastFinished>(
    'select last_finished from chunks where chunk = $1 for no key update',
    [chunk],
    'prepared',
  );
  const last = locked.rows[0]?.last_finished ?? null;
  const stale = base !== undefined ? base !== last : last !== null && last >= slot;
  const { rows } = await sql<Finished>(
    `with done as (
       update slots set finished = clock_timestamp(), discarded = $4
       where slot = $1 and chunk = $2 and claimed_by = $3 and finished is null returning finished),
     moved as (update chunks set last_finished = $1 where chunk = $2 and not $4 and exists (select from done))
     select finished, ${history} as history from done`,
    [instant(slot), chunk, replica, stale],
    'prepared',
  );
  const [row] = rows;
  return row && !stale ? row : null;
}
