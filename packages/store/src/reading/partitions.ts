import type pg from 'pg';
import { inTransaction } from '../connection/transaction.ts';

const dayMs = 86_400_000;
/** Any constant: partitions are made and dropped by one replica at a time. */
const partitionLock = 4_600_002;

/** The tables that are partitioned by day, UTC. */
const tables = [
  'readings',
  'packed_readings',
  'reading_series',
  'asks',
  'packed_asks',
  'asked_queries',
] as const;

/** The midnight before an instant. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

export interface Partitions {
  /** Makes sure that rows of `slot` have a place. Remembered, so that only the first slot of a day asks. */
  ensure(slot: number): Promise<void>;
  /** Drops the days that ended before `before`; returns the names dropped. */
  drop(before: number): Promise<string[]>;
}

export function createPartitions(pool: pg.Pool): Partitions {
  const known = new Set<number>();
  return {
    async ensure(slot) {
      const day = Math.floor(slot / dayMs);
      if (known.has(day)) return;
      await createDay(pool, day);
      known.add(day);
    },
    async drop(before) {
      const lastKept = Math.floor(before / dayMs);
      for (const day of known) if (day < lastKept) known.delete(day);
      return dropBefore(pool, lastKept);
    },
  };
}

function nameOf(table: string, day: number): string {
  return `${table}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** Made apart and attached: unlike `create table ... partition of`, that does not lock readers and writers out. */
async function createDay(pool: pg.Pool, day: number): Promise<void> {
  const [from, to] = [day, day + 1].map((one) => new Date(one * dayMs).toISOString());
  await inTransaction(pool, async (sql) => {
    await sql('select pg_advisory_xact_lock($1)', [partitionLock]);
    for (const table of tables) {
      const name = nameOf(table, day);
      const found = await sql<{ name: string | null }>('select to_regclass($1) as name', [name]);
      if (found.rows[0]?.name !== null) continue;
      await sql(`create table ${name} (like ${table} including defaults including constraints)`);
      await sql(`alter table ${table} attach partition ${name} for values from ('${from}') to ('${to}')`);
    }
  });
}

async function dropBefore(pool: pg.Pool, day: number): Promise<string[]> {
  return inTransaction(pool, async (sql) => {
    await sql('select pg_advisory_xact_lock($1)', [partitionLock]);
    const dropped: string[] = [];
    for (const table of tables) {
      const children = await sql<{ name: string }>(
        `select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
         where inhparent = $1::regclass and c.relname < $2 order by 1`,
        [table, nameOf(table, day)],
      );
      for (const { name } of children.rows) {
        await sql(`drop table ${name}`);
        dropped.push(name);
      }
    }
    return dropped;
  });
}
