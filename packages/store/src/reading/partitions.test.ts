import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { query, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const now = Date.UTC(2031, 4, 6, 12);
const day = 86_400_000;

test('the days of readings and asks are made ahead, once, by any number of replicas', async () => {
  const [one, other] = [open(), open()];
  await Promise.all([one, other].flatMap((store) => [store.days.ensure(now), store.days.ensure(now + day)]));
  const found = await query<{ name: string }>(
    postgres.url,
    `select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
     where c.relkind = 'r' and c.relname like '%\\_203105%' order by 1`,
  );
  const tables = ['asked_queries', 'asks', 'packed_asks', 'packed_readings', 'reading_series', 'readings'];
  expect(found.map(({ name }) => name)).toEqual(
    tables.flatMap((table) => [`${table}_20310506`, `${table}_20310507`]),
  );
});
