import type { Session } from './session.ts';

/** More rows than this are told as this many: nobody waits for a count of a billion. */
const countedAtMost = 1_000_000;

/** `shop."Orders"` as PostgreSQL reads it: each part quoted, folded to lower case unless it was quoted. */
export function quoted(relation: string): string {
  return (relation.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [])
    .map((part) => (part.startsWith('"') ? part : `"${part.trim().toLowerCase()}"`))
    .join('.');
}

/** The rows of a relation, or those in which a column has a value; null where that cannot be told. */
export async function countRows(
  session: Session,
  relation: string,
  column: string | null,
): Promise<number | null> {
  const where = column === null ? '' : `where ${quoted(column)} is not null`;
  return countBy(
    session,
    `select count(*) from (select 1 from ${quoted(relation)} ${where} limit ${countedAtMost}) as counted`,
  );
}

/**
 * What a query counts, in a transaction that may only read; null where it does not answer with one number. One statement, for
 * the extended protocol takes no more: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export async function countBy(session: Session, query: string): Promise<number | null> {
  await session.query('begin read only');
  try {
    // `queryMode` is not in the types yet: https://node-postgres.com/apis/client#clientquery
    const asked: { text: string; rowMode: 'array'; queryMode: string } = {
      text: `select * from (${query.trim().replace(/;$/, '')}\n) as counted limit 2`,
      rowMode: 'array',
      queryMode: 'extended',
    };
    const { rows } = await session.query<unknown[]>(asked);
    const counted = rows.length === 1 ? Number(rows[0]?.[0] ?? Number.NaN) : Number.NaN;
    return Number.isSafeInteger(counted) && counted >= 0 ? counted : null;
  } catch {
    return null;
  } finally {
    await session.query('rollback');
  }
}

/** Whether there is a relation of this name. */
export async function exists(session: Session, relation: string): Promise<boolean> {
  const { rows } = await session.query<{ is: boolean }>('select to_regclass($1) is not null as is', [
    quoted(relation),
  ]);
  return rows[0]?.is === true;
}
