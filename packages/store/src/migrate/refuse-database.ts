import { onlyRow, type Sql } from '../connection/pool.ts';
import { DatabaseRefused } from './database-refused.ts';
import { loadUnknown, type Migration, type MigrationOrigin } from './migration-origins.ts';

/** What is refused: this version, what it knows, and where it looked. */
export interface Meeting {
  migrations: readonly Migration[];
  version: string;
  /** Which database, in words. */
  target: string;
}

/**
 * Throws `DatabaseRefused` on a database of another program, and on one that a newer version has changed in more than
 * expanding it: this one would misread it, or write what the newer one cannot read.
 */
export async function refuseDatabase(sql: Sql, meeting: Meeting): Promise<void> {
  await refuseForeign(sql, meeting);
  if (!(await hasMigrations(sql))) return;
  const names = meeting.migrations.map(({ name }) => name);
  const unknown = (await loadUnknown(sql, names)).filter(({ expands }) => !expands);
  const newest = unknown.at(-1);
  if (newest) throw new DatabaseRefused(newerWords(meeting, newest, unknown));
}

/**
 * Throws `DatabaseRefused` where a migration was begun and neither ended nor undone: nobody knows what of it is there. Only
 * under the lock of migrations: a replica that migrates looks the same.
 */
export async function refuseHalfDone(sql: Sql, target: string): Promise<void> {
  if (!(await hasMigrations(sql))) return;
  const found = await sql<{ name: string; begun: number; logs: string | null }>(
    `select migration_name as name, started_at as begun, logs from _prisma_migrations
     where finished_at is null and rolled_back_at is null order by started_at limit 1`,
  );
  const [half] = found.rows;
  if (!half) return;
  const said = half.logs?.match(/^\s*(?:db error: )?ERROR: (.*)$/m)?.[1];
  throw new DatabaseRefused(
    `The ${target}, has a migration that failed half way: ${half.name}, begun ${new Date(half.begun).toISOString()}` +
      `${said ? `, ended by "${said}"` : ''}. Restore a backup from before it; or, once you have undone by hand what of it is ` +
      `there, run: update _prisma_migrations set rolled_back_at = now() where migration_name = '${half.name}' and finished_at is null.`,
  );
}

async function refuseForeign(sql: Sql, { migrations, target }: Meeting): Promise<void> {
  const own = 'Give Lastgood a database of its own in DATABASE_URL.';
  if (await hasMigrations(sql)) {
    const applied = await sql<{ name: string }>(
      'select migration_name as name from _prisma_migrations order by 1',
    );
    const [first] = applied.rows;
    if (!first || applied.rows.some(({ name }) => name === migrations[0]?.name)) return;
    throw new DatabaseRefused(
      `The ${target}, belongs to another program: its first migration is ${first.name}. ${own}`,
    );
  }
  // What an extension brought is nobody's.
  const tables = await sql<{ name: string }>(
    `select relname as name from pg_class c
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by 1`,
  );
  if (tables.rows.length === 0) return;
  throw new DatabaseRefused(
    `The ${target}, holds tables that are not Lastgood's (${listed(tables.rows.map(({ name }) => name))}). ${own}`,
  );
}

async function hasMigrations(sql: Sql): Promise<boolean> {
  const found = await sql<{ name: string | null }>("select to_regclass('_prisma_migrations') as name");
  return onlyRow(found).name !== null;
}

function newerWords(
  { version, target }: Meeting,
  newest: MigrationOrigin,
  unknown: readonly MigrationOrigin[],
): string {
  const other =
    newest.version === null
      ? 'a newer Lastgood that did not leave its version'
      : `Lastgood ${newest.version}`;
  const start = newest.version === null ? 'that newer version' : `Lastgood ${newest.version} or newer`;
  return (
    `The ${target}, was migrated by ${other}; this is Lastgood ${version}, which does not know ` +
    `${listed(unknown.map(({ name }) => name))}. Start ${start}, or restore a backup from before that migration.`
  );
}

function listed(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
