import type { Sql } from '../connection/pool.ts';

/** A migration as the repository has it. */
export interface Migration {
  name: string;
  /** It only expands: a version that does not know it works as before. */
  expands: boolean;
}

/** Where a migration that was applied came from; `version` is null when nobody wrote it down. */
export interface MigrationOrigin extends Migration {
  version: string | null;
}

/**
 * Writes down which version brings these migrations. Before they are applied, so that a crash between leaves no migration
 * without its origin; false when the table for it is still to be made by one of them.
 */
export async function recordOrigins(
  sql: Sql,
  migrations: readonly Migration[],
  version: string,
): Promise<boolean> {
  const table = await sql<{ name: string | null }>("select to_regclass('migration_origins') as name");
  if (table.rows[0]?.name == null) return false;
  await sql(
    `insert into migration_origins (name, version, expands)
     select name, $2, expands from unnest($1::text[], $3::boolean[]) as brought (name, expands)
     on conflict (name) do update set version = excluded.version, expands = excluded.expands`,
    [migrations.map(({ name }) => name), version, migrations.map(({ expands }) => expands)],
  );
  return true;
}

/** Those that were applied and that this version does not know, the newest last. */
export async function loadUnknown(sql: Sql, known: readonly string[]): Promise<MigrationOrigin[]> {
  const table = await sql<{ name: string | null }>("select to_regclass('migration_origins') as name");
  const origins =
    table.rows[0]?.name == null
      ? '(select null::text as name, null::text as version, false as expands)'
      : 'migration_origins';
  const found = await sql<{ name: string; version: string | null; expands: boolean | null }>(
    `select m.migration_name as name, o.version, o.expands
     from _prisma_migrations m left join ${origins} o on o.name = m.migration_name
     where m.rolled_back_at is null and m.migration_name <> all ($1) order by 1`,
    [known],
  );
  return found.rows.map((row) => ({ ...row, expands: row.expands ?? false }));
}
