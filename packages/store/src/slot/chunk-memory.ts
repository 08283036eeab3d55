import type { Acknowledgement, Deployment, Service, SlotClaim } from '@lastgood/domain';
import { instant, type Sql } from '../connection/pool.ts';
import type { KnownStates } from '../trigger/trigger-states.ts';

/**
 * What this replica read and wrote of a chunk when it judged it last, so that it need not read it again: of 2,000 deployments at
 * rest that was two thirds of what a slot cost the database. It is never older than the database:
 *
 * - It is used only while the last slot that anybody committed of the chunk is the one after which it was kept, told by its slot,
 *   its replica and the instant of its commit. States, series and definitions are written by such commits and by nothing else.
 * - Of rows that others write too it says which version of them was read, and each slot asks for the versions.
 * - It is forgotten where another server answers, or one that was promoted: what it read before is of another history, in which
 *   the version of a row may be another row's. Told by the timeline of the log, in the statement that reads a claim and in its commit.
 * - It is kept after a commit and holds only what was read or written before it. A backup or a standby that has the commit has
 *   everything before it; of one that has not, nothing is used.
 */
export interface ChunkMemory {
  /** Deployments that were read in some slot, by id. */
  readonly watched: ReadonlyMap<string, Remembered<WatchedParts>>;
  /** The last known good deployment of a service that was read last, by the service's key. */
  readonly goods: ReadonlyMap<string, Remembered<Deployment>>;
  /** How triggers stand, by deployment. */
  readonly states: ReadonlyMap<string, KnownStates>;
  readonly readings: ReadingMemory;
}

/** As rows were that had this version. */
export interface Remembered<T> {
  version: string;
  value: T;
}

/** What is read of a deployment before what surrounds it. */
export interface WatchedParts {
  deployment: Deployment;
  service: Service;
  acknowledgement: Acknowledgement | null;
}

/** What readings refer to and is in the database. */
export interface ReadingMemory {
  /** Digests of `trigger_definitions`. */
  readonly definitions: ReadonlySet<string>;
  /** The newest series of a trigger, by deployment and trigger. */
  readonly series: ReadonlyMap<string, Series>;
}

/** A row of `reading_series`: its values in the order of its columns. */
interface Series {
  id: number;
  day: number;
  values: readonly unknown[];
}

export const nothingRead: ReadingMemory = { definitions: new Set(), series: new Map() };
export const nothingKnown: ChunkMemory = {
  watched: new Map(),
  goods: new Map(),
  states: new Map(),
  readings: nothingRead,
};

/** Which commit of a chunk was its last. */
interface LastCommit {
  slot: number | null;
  replica: string | null;
  finished: number | null;
  /** Of which history the server is that tells of it. */
  history: string;
}

/**
 * Which history of the database a server writes, as SQL: its log's name begins with the timeline, which a promotion changes at once,
 * where the control file may tell the one before until the next checkpoint. A backup started from its files differs in its start alone.
 * https://www.postgresql.org/docs/18/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 */
export const history = `concat_ws(' ', (select system_identifier from pg_control_system()), pg_postmaster_start_time(),
  case when pg_is_in_recovery() then 'standby' else left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end)`;

interface ChunkMemories {
  /** The database's time, the last commit of a claim's chunk, and what is known since; nothing where that commit is not ours. */
  recall(sql: Sql, claim: SlotClaim): Promise<Recalled>;
  keep(claim: SlotClaim, finished: Finished, memory: ChunkMemory): void;
}

interface Recalled {
  last: number | null;
  now: number;
  /** Undefined where nobody ever claimed the chunk. */
  history: string | undefined;
  memory: ChunkMemory;
}

/** A commit that is being made. */
export interface Finished {
  finished: number;
  history: string;
}

export function createChunkMemories(): ChunkMemories {
  const kept = new Map<number, LastCommit & { memory: ChunkMemory }>();
  return {
    async recall(sql, { chunk }) {
      const { rows } = await sql<LastCommit & { now: number }>(
        `select c.last_finished as slot, s.claimed_by as replica, s.finished, clock_timestamp() as now,
           ${history} as history
         from chunks c left join slots s on s.slot = c.last_finished and s.chunk = c.chunk where c.chunk = $1`,
        [chunk],
        'prepared',
      );
      const [last] = rows;
      const ours = kept.get(chunk);
      const isOurs = last && ours && isSame(last, ours);
      // Another replica has it now, perhaps for long.
      if (!isOurs) kept.delete(chunk);
      const { slot = null, now = Number.POSITIVE_INFINITY } = last ?? {};
      return { last: slot, now, history: last?.history, memory: isOurs ? ours.memory : nothingKnown };
    },
    keep({ slot, chunk, replica }, finished, memory) {
      kept.set(chunk, { slot: instant(slot).getTime(), replica, ...finished, memory });
    },
  };
}

function isSame(a: LastCommit, b: LastCommit): boolean {
  return a.slot === b.slot && a.replica === b.replica && a.finished === b.finished && a.history === b.history;
}
