import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import pg from 'pg';
import { expect, test } from 'vitest';
import { readMigrations } from './migration-files.ts';

const postgres = usePostgres();
const closed = '2026-01-01T00:00:00Z';

test('what an existing install has closed gets a chunk with room, of its cluster alone', async () => {
  const client = new pg.Client({ connectionString: await postgres.createEmptyDatabase() });
  await client.connect();
  const all = (await readMigrations()).migrationDirectories;
  const at = all.findIndex(({ path }) => path.endsWith('_standing_watch'));
  const run = async (from: number, to?: number) => {
    for (const { migrationFile } of all.slice(from, to))
      if (migrationFile.content.tag === 'ok') await client.query(migrationFile.content.value);
  };
  await run(0, at);
  await client.query(
    `insert into services (key, cluster, namespace, name, environment, strategy, workloads, writers, dependencies,
       trigger_sets, triggers, checks, policy, last_release, deleted_at)
     select cluster || '/shop/' || n, cluster, 'shop', n, 'test', 'rolling', '[]', '[]', '{}', '{}', '[]', '[]', '{}', 2,
       case when n > 600 then now() end
     from (values ('main', 601), ('far', 3)) as of (cluster, many), generate_series(1, many) as n`,
  );
  await client.query(
    `insert into deployments (id, service_key, release, origin, strategy, status, proof, chunk, started_at, watch_closed_at)
     select key || release, key, release, 'pipeline', 'rolling', 'completed', 'verified', 0, now(),
       case when key = 'main/shop/7' and release = 2 then null else $1::timestamptz end
     from services, generate_series(1, 2) as release`,
    [closed],
  );
  await client.query('insert into chunks (chunk, last_claimed) values (0, now()), (1, now())');
  await run(at);
  const { rows } = await client.query(
    `select s.cluster, d.chunk, count(*)::int as many from deployments d join services s on s.key = d.service_key
     where d.newest and s.deleted_at is null group by 1, 2 order by 2`,
  );
  expect(rows).toEqual([
    { cluster: 'main', chunk: 0, many: 1 },
    { cluster: 'far', chunk: 1, many: 3 },
    { cluster: 'main', chunk: 2, many: 250 },
    { cluster: 'main', chunk: 3, many: 250 },
    { cluster: 'main', chunk: 4, many: 99 },
  ]);
  const older = await client.query(
    'select count(*)::int as many from deployments where newest and release = 1',
  );
  expect(older.rows).toEqual([{ many: 0 }]);
  const chunks = await client.query('select chunk, last_claimed is null as fresh from chunks order by 1');
  expect(chunks.rows).toEqual([
    { chunk: 0, fresh: false },
    { chunk: 1, fresh: true },
  ]);
  const added = await client.query(
    `insert into deployments (id, service_key, release, origin, strategy, status, proof, chunk, started_at)
     values ('next', 'main/shop/1', 3, 'pipeline', 'rolling', 'in_progress', 'pending', 0, now()) returning newest`,
  );
  expect(added.rows).toEqual([{ newest: true }]);
  await client.end();
});
