import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@lastgood/store';
import { migrate } from '@lastgood/store/migrate/migrate';
import pg from 'pg';

/** https://www.postgresql.org/docs/18/routine-vacuuming.html#AUTOVACUUM, with the settings' defaults. */
const overThreshold = `select relid::regclass::text as name, dead, changed from (
  select relid, n_dead_tup > 50 + 0.2 * reltuples or n_ins_since_vacuum > 1000 + 0.2 * reltuples as dead,
    n_mod_since_analyze > 50 + 0.1 * reltuples as changed
  from pg_stat_user_tables join pg_class on pg_class.oid = relid where relkind = 'r') as found
  where dead or changed`;

/** Bytes. */
export interface Size {
  database: number;
  /** Written to the write-ahead log since the server was made. */
  wal: number;
}

export interface MeasuredDatabase {
  url: string;
  /** Settings that decide how much is logged, in words. */
  settings: string;
  size(): Promise<Size>;
  /** What the server does by itself every `checkpoint_timeout`. */
  checkpoint(): Promise<void>;
  /** What autovacuum does by itself every `autovacuum_naptime`, by its own thresholds. */
  autovacuum(): Promise<void>;
  /** The largest tables and families of partitions: bytes with indexes and TOAST, updates, and how many of them were HOT. */
  tables(): Promise<{ name: string; bytes: number; updates: number; hot: number }[]>;
  stop(): Promise<void>;
}

/**
 * The PostgreSQL that comes with the product, migrated. Nothing is flushed, which writes no byte less; checkpoints and autovacuum go
 * by the clock of the bench, because the hour passes in minutes.
 */
export async function startMeasuredDatabase(): Promise<MeasuredDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-growth-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: { fsync: 'off', autovacuum: 'off', checkpoint_timeout: '1d', max_wal_size: '16GB' },
  });
  await migrate(server.url);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const shown = await client.query(
    `select string_agg(name || ' ' || setting, ', ' order by name) as settings from pg_settings
     where name in ('full_page_writes', 'wal_compression', 'wal_level', 'server_version')`,
  );
  return {
    url: server.url,
    settings: shown.rows[0].settings,
    async size() {
      const found = await client.query(
        `select pg_database_size(current_database())::float8 as database,
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal`,
      );
      return found.rows[0];
    },
    async checkpoint() {
      await client.query('checkpoint');
    },
    async autovacuum() {
      const due = await client.query(overThreshold);
      for (const { name, dead, changed } of due.rows)
        await client.query(`${dead ? 'vacuum' : ''} ${changed ? 'analyze' : ''} ${name}`);
    },
    async tables() {
      const found = await client.query(
        `select regexp_replace(relname, '_[0-9]{8}$', '') as name, sum(pg_total_relation_size(relid))::float8 as bytes,
           sum(n_tup_upd)::float8 as updates, sum(n_tup_hot_upd)::float8 as hot
         from pg_stat_user_tables group by 1 order by 2 desc limit 12`,
      );
      return found.rows;
    },
    async stop() {
      await client.end();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
