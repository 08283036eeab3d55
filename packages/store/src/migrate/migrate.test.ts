import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import pg from 'pg';
import { expect, test } from 'vitest';
import { DatabaseRefused } from './database-refused.ts';
import { migrate } from './migrate.ts';
import { prismaFolder, readMigrations } from './migration-files.ts';
import { openSchemaEngine } from './schema-engine.ts';

const postgres = usePostgres();

test('from nothing, then again: the second time there is nothing to do', async () => {
  const url = await postgres.createEmptyDatabase();
  const all = (await readMigrations()).migrationDirectories.map((directory) => directory.path);
  expect(await migrate(url)).toEqual(all);
  expect(await migrate(url)).toEqual([]);
});

test('four replicas start at once: one migrates, nobody fails', async () => {
  const url = await postgres.createEmptyDatabase();
  const results = await Promise.all([migrate(url), migrate(url), migrate(url), migrate(url)]);
  expect(results.filter((applied) => applied.length > 0)).toHaveLength(1);
});

test('a migration that failed half way stops the start', async () => {
  const url = await postgres.createDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `update _prisma_migrations set finished_at = null, logs = E'\n\ndb error: ERROR: column "a" exists\n   0: sql'
     where migration_name = (select max(migration_name) from _prisma_migrations)`,
  );
  await client.end();
  const newest = (await readMigrations()).migrationDirectories.at(-1)?.path ?? '';
  const refused = await migrate(url).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatabaseRefused);
  const { message } = refused as DatabaseRefused;
  expect(message).toMatch(
    /^The database \S+ .*has a migration that failed half way: \d{14}_\w+, begun 2\d{3}-/,
  );
  expect(message).toContain(`${newest}, begun`);
  expect(message).toContain('ended by "column "a" exists". Restore a backup from before it; or, once');
  expect(message).not.toMatch(/prisma\.io|P3009|migrate resolve/);
});

test('the migrations lead to the schema and nowhere else', async () => {
  const path = join(prismaFolder, 'schema.prisma');
  const schema = { path, content: await readFile(path, 'utf8') };
  const { engine, close } = await openSchemaEngine(await postgres.createEmptyDatabase(), [
    [schema.path, schema.content],
  ]);
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...(await readMigrations()) },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  await close();
  expect(stdout).toContain('This is an empty migration');
});

test('readings and asks are partitioned and the event log refuses changes', async () => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const tables = await client.query<{ relname: string }>(
      "select relname from pg_class where relkind = 'p' order by 1",
    );
    expect(tables.rows.map((row) => row.relname)).toEqual([
      'asked_queries',
      'asks',
      'packed_asks',
      'packed_readings',
      'reading_series',
      'readings',
    ]);
    await client.query(
      "insert into events (type, at, service_key, text, data) values ('service.applied', now(), 'a/b/c', 'x', '{}')",
    );
    await expect(client.query("update events set text = 'y'")).rejects.toThrow('append-only');
    await expect(client.query('delete from events')).rejects.toThrow('append-only');
    await client.query("update events set xid = '0'");
  } finally {
    await client.end();
  }
});
