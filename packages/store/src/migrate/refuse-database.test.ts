import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { describe, expect, test } from 'vitest';
import { isStoreUnavailable } from '../connection/store-unavailable.ts';
import { query } from '../store-harness.ts';
import { DatabaseRefused } from './database-refused.ts';
import { migrate } from './migrate.ts';
import { readMigrations } from './migration-files.ts';

const postgres = usePostgres();

/** What a later version brings besides. */
async function later(name: string, sql: string) {
  const list = await readMigrations();
  const content = { tag: 'ok' as const, value: sql };
  const directory = { path: name, migrationFile: { path: 'migration.sql', content } };
  return { ...list, migrationDirectories: [...list.migrationDirectories, directory] };
}

const contracting = 'alter table services drop column environment';
const expanding = '-- expands\nalter table services add column colour text';

describe('a database that a newer version has migrated', () => {
  test('is refused with both versions named, and what to do', async () => {
    const url = await postgres.createDatabase();
    await migrate(url, { list: await later('20990101000000_drop', contracting), version: '0.3.0' });
    await expect(migrate(url, { version: '0.1.0' })).rejects.toThrow(DatabaseRefused);
    await expect(migrate(url, { version: '0.1.0' })).rejects.toThrow(
      /was migrated by Lastgood 0\.3\.0; this is Lastgood 0\.1\.0, which does not know 20990101000000_drop\. Start Lastgood 0\.3\.0 or newer/,
    );
  });

  test('is taken when it was only expanded', async () => {
    const url = await postgres.createDatabase();
    await migrate(url, { list: await later('20990101000000_add', expanding), version: '0.3.0' });
    expect(await migrate(url, { version: '0.1.0' })).toEqual([]);
  });

  test('is refused when it does not say by whom', async () => {
    const url = await postgres.createDatabase();
    await migrate(url, { list: await later('20990101000000_drop', contracting) });
    await query(url, 'delete from migration_origins');
    await expect(migrate(url)).rejects.toThrow('by a newer Lastgood that did not leave its version');
  });

  test('keeps its origins when it was made from nothing', async () => {
    const url = await postgres.createEmptyDatabase();
    await migrate(url, { list: await later('20990101000000_drop', contracting), version: '0.3.0' });
    await expect(migrate(url, { version: '0.1.0' })).rejects.toThrow('migrated by Lastgood 0.3.0');
  });

  test('names no password', async () => {
    const url = new URL(await postgres.createDatabase());
    await migrate(url.href, { list: await later('20990101000000_drop', contracting) });
    const refusal: unknown = await migrate(url.href).catch((error: unknown) => error);
    expect(String(refusal)).toContain(`database "${url.pathname.slice(1)}" at ${url.hostname}:${url.port}`);
    expect(String(refusal)).not.toContain(`:${url.password}@`);
    expect(String(refusal)).not.toContain(`"${url.password}"`);
  });
});

describe("a database that is not Lastgood's is refused and left as it is", () => {
  test.each(['services', 'customers'])('with a table %s of its own', async (table) => {
    const url = await postgres.createEmptyDatabase();
    await query(url, `create table ${table} (id int)`);
    await expect(migrate(url)).rejects.toThrow(
      new RegExp(`holds tables that are not Lastgood's \\(${table}\\). Give Lastgood a database of its own`),
    );
    const tables = await query(
      url,
      "select relname from pg_class where relnamespace = 'public'::regnamespace",
    );
    expect(tables).toEqual([{ relname: table }]);
  });

  test('with the migrations of another program', async () => {
    const url = await postgres.createEmptyDatabase();
    await query(
      url,
      "create table _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz); insert into _prisma_migrations values ('20200101_shop', now())",
    );
    await expect(migrate(url)).rejects.toThrow(
      'belongs to another program: its first migration is 20200101_shop',
    );
  });
});

describe('an outage while migrations are due is waited for', () => {
  test('a read-only database', async () => {
    const url = await postgres.createEmptyDatabase();
    const name = new URL(url).pathname.slice(1);
    await query(url, `alter database ${name} set default_transaction_read_only = on`);
    await expect(migrate(url)).rejects.toSatisfy(isStoreUnavailable);
    await query(url, `begin read write; alter database ${name} reset default_transaction_read_only; commit`);
    expect(await migrate(url)).not.toEqual([]);
  });

  test('a disk that fills up half way', async () => {
    const url = await postgres.createDatabase();
    const list = await later('20990101000000_drop', contracting);
    await query(
      url,
      `create function full_disk() returns event_trigger language plpgsql as
         $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$;
       create event trigger full_disk on ddl_command_start execute function full_disk()`,
    );
    await expect(migrate(url, { list })).rejects.toThrow(/its disk is full \(53100/);
    await query(url, 'drop event trigger full_disk');
    expect(await migrate(url, { list })).toEqual(['20990101000000_drop']);
  });
});

test('what says that it only expands takes nothing away', async () => {
  const list = await readMigrations();
  const marked = list.migrationDirectories
    .map(({ path, migrationFile: { content } }) => ({ path, sql: content.tag === 'ok' ? content.value : '' }))
    .filter(({ sql }) => sql.startsWith('-- expands'));
  expect(marked.length).toBeGreaterThan(0);
  const contracts =
    /\b(drop|rename|truncate|delete\s+from|set\s+not\s+null|alter\s+column\s+\S+\s+(set\s+data\s+)?type)\b/i;
  expect(marked.filter(({ sql }) => contracts.test(sql)).map(({ path }) => path)).toEqual([]);
});
