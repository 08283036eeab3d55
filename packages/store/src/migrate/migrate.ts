import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import packageJson from '../../package.json' with { type: 'json' };
import { outageOf } from '../connection/outage.ts';
import { onlyRow, type Sql, sqlOf } from '../connection/pool.ts';
import { storeUnavailable, typed } from '../connection/store-unavailable.ts';
import { targetWords } from '../connection/target-words.ts';
import { readMigrations, toMigrations } from './migration-files.ts';
import { type Migration, recordOrigins } from './migration-origins.ts';
import { refuseDatabase, refuseHalfDone } from './refuse-database.ts';
import { openSchemaEngine } from './schema-engine.ts';

/** Serializes replicas that start at once: "lastgood migrate" has no number of its own, any constant does. */
const migrationLock = 4_600_001;
/** How often a replica looks whether another one has ended its migration. */
const lookAgainMs = 100;
const bounds = { keepAlive: true, connectionTimeoutMillis: 5_000, query_timeout: 10_000 };

type List = Awaited<ReturnType<typeof readMigrations>>;

/**
 * Brings the database to the newest migration and returns the names of those applied now. Safe to call at every start
 * and from several replicas at once. Throws `StoreUnavailable` while the database cannot be used, `DatabaseRefused` when it is
 * not for this version or an earlier migration failed half way, and what the engine says when a migration fails.
 * The packages of the workspace bear the product's version.
 */
export async function migrate(
  databaseUrl: string,
  { list, version = packageJson.version }: { list?: List; version?: string } = {},
): Promise<string[]> {
  const files = list ?? (await readMigrations());
  try {
    const guard = new pg.Client({ connectionString: databaseUrl, ...bounds });
    guard.on('error', () => undefined); // its loss ends the lock; the engine's own connection then fails loudly
    await guard.connect();
    try {
      return await migrateAlone(sqlOf(guard), databaseUrl, files, version);
    } finally {
      await guard.end().catch(() => undefined); // broken: it has ended
    }
  } catch (error) {
    throw typed(error);
  }
}

async function migrateAlone(sql: Sql, databaseUrl: string, files: List, version: string): Promise<string[]> {
  await takeLock(sql);
  const migrations = toMigrations(files);
  await refuseDatabase(sql, { migrations, version, target: targetWords(databaseUrl) });
  await refuseHalfDone(sql, targetWords(databaseUrl));
  const missing = await loadMissing(sql, migrations);
  if (missing.length === 0) return [];
  await needWrites(sql);
  const recorded = await recordOrigins(sql, missing, version);
  const applied = await apply(sql, databaseUrl, files);
  if (!recorded) await recordOrigins(sql, missing, version);
  return applied;
}

/** Asked for again and again: a wait inside the server would look like a server that hangs. */
async function takeLock(sql: Sql): Promise<void> {
  for (;;) {
    const taken = await sql<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [migrationLock]);
    if (onlyRow(taken).taken) return;
    await sleep(lookAgainMs);
  }
}

/** What is to be applied; the engine is not loaded on the common start that has none. */
async function loadMissing(sql: Sql, migrations: readonly Migration[]): Promise<Migration[]> {
  const table = await sql<{ name: string | null }>("select to_regclass('_prisma_migrations') as name");
  if (onlyRow(table).name === null) return [...migrations];
  const applied = await sql<{ name: string }>(
    'select migration_name as name from _prisma_migrations where rolled_back_at is null',
  );
  const done = new Set(applied.rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

/** The engine would report a read-only database as a fault of its own. */
async function needWrites(sql: Sql): Promise<void> {
  const asked = await sql<{ refused: boolean }>(
    "select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as refused",
  );
  if (!onlyRow(asked).refused) return;
  throw storeUnavailable(Object.assign(new Error('migrations are to be applied'), { code: '25006' }));
}

async function apply(sql: Sql, databaseUrl: string, migrationsList: List): Promise<string[]> {
  const { engine, close, failure } = await openSchemaEngine(databaseUrl);
  try {
    const filters = { externalTables: [], externalEnums: [] };
    return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
  } catch (error) {
    const outage = outageOf(failure());
    if (!outage) throw error;
    // The server answered with an error and undid the script, which it was sent as one transaction: it can be tried again.
    if (!outage.lost)
      await sql(
        `update _prisma_migrations set rolled_back_at = now() where finished_at is null and rolled_back_at is null`,
      );
    throw storeUnavailable(failure());
  } finally {
    await close();
  }
}
