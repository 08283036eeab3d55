import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoted } from '../../postgres/relation.ts';
import type { DownMigration } from './migration-file.ts';

export interface Guard {
  version: string;
  table: string;
  roles: readonly string[];
}

/**
 * A folder of the one migration that is to be reversed, for `dbmate rollback` takes no target: it reverses the newest version
 * whose file it finds, and here it finds no other. The first statement of the copy refuses, in the transaction of the reversal
 * itself, unless the version is still the newest and no session of the application is open: so a second command, started
 * after a lost reply or beside one whose starter has died, does nothing.
 */
export async function guardedCopy(
  migration: DownMigration,
  guard: Guard,
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-dbmate-'));
  const text = `-- migrate:up\nselect 1;\n\n-- migrate:down\n${guardStatement(guard)}\n${migration.down}\n`;
  await writeFile(join(folder, migration.file), text);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** How long a statement of the reversal waits for a lock that somebody else holds. */
const lockTimeout = '60s';

/** What a guard raises: where its command fails with this, nothing has happened. */
export const guardSaid = 'lastgood guard:';

function guardStatement({ version, table, roles }: Guard): string {
  const names = roles.map(literal).join(', ');
  return `do $lastgood$ begin
  perform set_config('lock_timeout', '${lockTimeout}', true);
  perform pg_advisory_xact_lock(hashtextextended('lastgood', 1));
  if (select max(version::text collate "C") from ${quoted(table)}) is distinct from ${literal(version)} then
    raise exception '${guardSaid} % is not the newest version any more', ${literal(version)};
  end if;
  if exists (select 1 from pg_stat_activity where datname = current_database() and usename in (${names})
      and application_name <> 'lastgood' and application_name not like 'lastgood %') then
    raise exception '${guardSaid} a session of the application is open';
  end if;
end $lastgood$;`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
