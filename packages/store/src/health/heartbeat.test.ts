import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import pg from 'pg';
import { expect, test } from 'vitest';
import { query, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);

/** Does something while somebody else's session holds what `sql` takes. */
async function whileHeld<T>(sql: string, act: () => Promise<T>): Promise<T> {
  const other = new pg.Client({ connectionString: postgres.url, application_name: 'maintenance' });
  await other.connect();
  try {
    await other.query(`begin; ${sql}`);
    return await act();
  } finally {
    await other.end();
  }
}

test('a database that takes what acting writes is up, and a row of this replica says when', async () => {
  const store = open({ replica: "o'hara" });
  expect(await store.health()).toEqual({ up: true });
  const rows = await query(postgres.url, "select 1 from heartbeats where replica = 'o''hara'");
  expect(rows).toHaveLength(1);
});

test('however often it is asked, one row is written a second', async () => {
  const store = open({ replica: 'hammered' });
  await store.health();
  const version = "select xmin::text as xmin from heartbeats where replica = 'hammered'";
  const [first] = await query<{ xmin: string }>(postgres.url, version);
  await Promise.all(Array.from({ length: 500 }, () => store.health()));
  const [then] = await query<{ xmin: string }>(postgres.url, version);
  expect(then).toEqual(first);
});

test.each(['runs', 'deployments', 'outbox'])(
  'a locked table %s shows within seconds, with who holds it',
  async (table) => {
    const store = open();
    const began = performance.now();
    const health = await whileHeld(`lock table ${table} in access exclusive mode`, store.health);
    expect(health).toEqual({
      up: false,
      reason: expect.stringMatching(
        new RegExp(`^table ${table} is locked by process \\d+ \\(maintenance\\)$`),
      ),
    });
    expect(performance.now() - began).toBeLessThan(6_000);
    await expect.poll(store.health, { timeout: 5_000 }).toEqual({ up: true });
  },
);

test('a lock that readers and writers take keeps nobody from being up', async () => {
  const held = whileHeld('lock table runs in row exclusive mode', open().health);
  expect(await held).toEqual({ up: true });
});

test('a read-only database shows', async () => {
  const url = await postgres.createDatabase();
  const name = new URL(url).pathname.slice(1);
  await query(url, `alter database ${name} set default_transaction_read_only = on`);
  const store = open({ databaseUrl: url });
  expect(await store.health()).toEqual({
    up: false,
    reason: expect.stringMatching(/^it takes no writes: it is read-only or a standby \(25006: [^()]*\)$/),
  });
});

test('a full disk shows', async () => {
  const url = await postgres.createDatabase();
  await query(
    url,
    `create function full_disk() returns trigger language plpgsql as
       $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
     create trigger full_disk before insert on heartbeats execute function full_disk()`,
  );
  const store = open({ databaseUrl: url });
  expect(await store.health()).toEqual({
    up: false,
    reason: expect.stringMatching(/^its disk is full \(53100: [^()]*\)$/),
  });
});
