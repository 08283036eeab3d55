import { quoted } from '../../postgres/relation.ts';
import { type Session, stateOf } from '../../postgres/session.ts';

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
