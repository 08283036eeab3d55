import type { Reversal } from '@lastgood/domain/rollback/contracts/migrate-to';
import { countBy, countRows, exists } from '../../postgres/relation.ts';
import type { Session } from '../../postgres/session.ts';
import { type Destruction, destructionsIn, isDeclared } from './destructive.ts';
import { type DownMigration, readMigration } from './migration-file.ts';

/**
 * What reversing a version comes to. `isNext`: it is the one that the database is at; of one further down, the relations may
 * bear other names by now, so what is not there is not known to be empty.
 */
export async function reversalOf(
  session: Session,
  folder: string,
  version: string,
  isNext: boolean,
): Promise<Reversal> {
  const migration = await readMigration(folder, version).catch(() => null);
  if (!migration) return unreadable;
  const { irreversible, lossQueries, down } = migration;
  const loss: Reversal['loss'] = {};
  for (const [relation, query] of Object.entries(lossQueries)) loss[relation] = await countBy(session, query);
  return { irreversible, loss, undeclared: await undeclaredIn(session, { down, lossQueries }, isNext) };
}

const unreadable: Reversal = {
  irreversible: 'has no file in the folder of migrations that could be read',
  undeclared: [],
  loss: {},
};

async function undeclaredIn(
  session: Session,
  { down, lossQueries }: Pick<DownMigration, 'down' | 'lossQueries'>,
  isNext: boolean,
): Promise<string[]> {
  const declared = Object.keys(lossQueries);
  const said: string[] = [];
  for (const one of destructionsIn(down).filter((found) => !isDeclared(found, declared))) {
    const rows = await rowsOf(session, one, isNext);
    if (rows !== '') said.push(rows === null ? one.statement : `${one.statement} (${rows})`);
  }
  return [...new Set(said)];
}

/** In words; empty where there are none, null where there is nothing to count. */
async function rowsOf(session: Session, { relation, column, uncountable }: Destruction, isNext: boolean) {
  if (uncountable) return null;
  // What is not there has no rows, unless it only bears another name as yet. A down block may make it before it drops it.
  if (!(await exists(session, relation))) return isNext ? '' : 'its rows cannot be counted yet';
  const rows = await countRows(session, relation, column);
  if (rows === 0) return '';
  if (rows === null) return 'its rows cannot be counted';
  return rows === 1 ? '1 row' : `${rows} rows`;
}
