import { quoted } from '../../postgres/relation.ts';
import { type Session, stateOf } from '../../postgres/session.ts';

/** How a database is called that no migration was applied to. */
export const beforeAll = 'none';

/** No plan goes further than this in one go. */
const mostVersions = 1_000;

/** The applied versions, newest first, in the order in which dbmate takes them: that of their bytes. */
export async function appliedVersions(session: Session, table: string): Promise<string[]> {
  try {
    const { rows } = await session.query<{ version: string }>(
      `select version::text from ${quoted(table)} order by version collate "C" desc limit ${mostVersions}`,
    );
    return rows.map(({ version }) => version);
  } catch (error) {
    // undefined_table: dbmate makes it with the first migration.
    if (stateOf(error) === '42P01') return [];
    throw error;
  }
}

export function headOf(versions: readonly string[]): string {
  return versions[0] ?? beforeAll;
}

/** The versions to reverse one after the other; null where the target is none of those that were applied. */
export function pathTo(versions: readonly string[], to: string): { from: string; to: string }[] | null {
  const end = to === beforeAll ? versions.length : versions.indexOf(to);
  if (end < 0) return null;
  return versions.slice(0, end).map((from, index) => ({ from, to: versions[index + 1] ?? beforeAll }));
}
