import type { Sql } from '../connection/pool.ts';

/** Column name to SQL type and the value a row has there; jsonb values come as text. */
export type Columns<T> = Record<string, { type: string; of: (row: T, index: number) => unknown }>;

/**
 * One `insert ... select from unnest` for any number of rows: two orders of magnitude faster than row by row, and one
 * prepared shape whatever the number. `then` is what follows, such as an `on conflict`. Returns what it returns.
 */
export async function bulkInsert<T>(
  sql: Sql,
  table: string,
  columns: Columns<T>,
  rows: readonly T[],
  then = '',
) {
  if (rows.length === 0) return [];
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map(({ of }) => rows.map(of));
  const unnested = Object.values(columns).map(({ type }, index) => `$${index + 1}::${type}[]`);
  const result = await sql(
    `insert into ${table} (${names.join(', ')}) select * from unnest(${unnested.join(', ')}) ${then}`,
    arrays,
  );
  return result.rows;
}
