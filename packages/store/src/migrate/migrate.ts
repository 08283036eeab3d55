import pg from 'pg';
import { onlyRow, sqlOf } from '../connection/pool.ts';
import { readMigrations } from './migration-files.ts';
import { openSchemaEngine } from './schema-engine.ts';

/** Serializes replicas that start at once: "lastgood migrate" has no number of its own, any constant does. */
const migrationLock = 4_600_001;

/**
 * Brings the database to the newest migration and returns the names of those applied now. Safe to call at every start
 * and from several replicas at once. Throws when a migration fails or an earlier one failed half way.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const list = await readMigrations();
  const guard = new pg.Client({ connectionString: databaseUrl, keepAlive: true });
  guard.on('error', () => undefined); // its loss ends the lock; the engine's own connection then fails loudly
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [migrationLock]);
    const names = list.migrationDirectories.map((directory) => directory.path);
    if (await upToDate(guard, names)) return [];
    const { engine, close } = await openSchemaEngine(databaseUrl);
    try {
      const result = await engine.applyMigrations({
        migrationsList: list,
        filters: { externalTables: [], externalEnums: [] },
      });
      return result.appliedMigrationNames;
    } finally {
      await close();
    }
  } finally {
    await guard.end();
  }
}

/** Skips loading the engine on the common start, when nothing is to be done. */
async function upToDate(client: pg.Client, names: string[]): Promise<boolean> {
  const sql = sqlOf(client);
  const table = await sql<{ name: string | null }>("select to_regclass('_prisma_migrations') as name");
  if (onlyRow(table).name === null) return false;
  const applied = await sql<{ migration_name: string }>(
    'select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null',
  );
  const done = new Set(applied.rows.map((row) => row.migration_name));
  const failed = await sql(
    'select 1 from _prisma_migrations where finished_at is null and rolled_back_at is null limit 1',
  );
  return failed.rowCount === 0 && names.every((name) => done.has(name));
}
