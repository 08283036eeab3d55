import { quoted } from '@lastgood/domain/notification/outside-words';
import type { MigrationTarget } from '@lastgood/domain/rollback/contracts/migrate-to';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { Database } from '../../postgres/database-settings.ts';
import { namedUrl, secretsOf, sessionName } from '../../postgres/session.ts';
import { type CommandEnd, runCommand } from '../../process/run-command.ts';
import { again } from '../schema-tool.ts';
import { guardedCopy, guardSaid } from './guarded-copy.ts';
import { readMigration } from './migration-file.ts';
import { dbmateMissing, dbmateProgram } from './program.ts';

export interface DbmatePlace {
  database: Database;
  /** Folder of the migrations. */
  migrations: string;
  table: string;
}

/** Reverses the one version that the step names, and no other. */
export async function reverse(
  { database, migrations, table }: DbmatePlace,
  { from }: MigrationTarget,
  operation: string,
): Promise<EffectResult> {
  const migration = await readMigration(migrations, from).catch(() => null);
  if (!migration || migration.irreversible !== null)
    return {
      kind: 'refused',
      reason: `migration ${from} ${migration?.irreversible ?? 'has no file that could be read'}`,
    };
  const program = dbmateProgram();
  if (program === null)
    return { kind: 'refused', reason: dbmateMissing, advice: 'Install it beside Lastgood, then resume.' };
  const copy = await guardedCopy(migration, { version: from, table, roles: database.roles });
  try {
    const ended = await runCommand({
      argv: [
        program,
        '--migrations-dir',
        copy.folder,
        '--migrations-table',
        table,
        '--no-dump-schema',
        'rollback',
      ],
      // Not on the command line, where everybody on this machine could read it.
      env: { DATABASE_URL: namedUrl(database.url, sessionName(operation)).toString() },
      cwd: copy.folder,
      longestMs: database.longestMs,
      secrets: secretsOf(database.url),
    });
    return resultOf(ended, from);
  } finally {
    await copy.remove();
  }
}

function resultOf(ended: CommandEnd, version: string): EffectResult {
  const said = lastWords(ended.said);
  if (ended.kind === 'not-begun')
    return { kind: 'refused', reason: `dbmate could not be begun: ${ended.reason}` };
  if (ended.kind === 'broken') return { kind: 'unknown', reason: `dbmate: ${ended.reason}; ${said}` };
  if (ended.status === 0) return { kind: 'applied', note: `dbmate has reversed ${version}` };
  if (said.includes(guardSaid)) return again(said);
  return {
    kind: 'refused',
    reason: `dbmate could not reverse ${version}: ${said}`,
    advice: 'Its transaction was rolled back, nothing has changed. Mend what it says, then resume.',
  };
}

function lastWords(said: string): string {
  const words = said.trim().replace(/\s+/g, ' ').slice(-600);
  return words === '' ? 'it said nothing' : quoted(words);
}
