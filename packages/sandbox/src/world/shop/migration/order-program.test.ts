import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dbmateMissing, migrateOrders } from './dbmate.ts';
import {
  goodVersion,
  orderFolders,
  renamedVersion,
  writeFirstMigration,
  writeRenaming,
} from './migration-files.ts';
import { createOrderProgram } from './order-program.ts';

const postgres = usePostgres();
let folder: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-orders-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openShop() {
  const url = new URL(await postgres.createEmptyDatabase());
  url.searchParams.set('sslmode', 'disable');
  const session = new pg.Client({ connectionString: url.toString() });
  session.on('error', () => undefined);
  await session.connect();
  closing.push(() => session.end());
  const folders = orderFolders(folder);
  await writeFirstMigration(folders);
  const program = (code: 'old' | 'renaming') => {
    const made = createOrderProgram({ code, url: async () => url.toString() });
    closing.push(async () => made.close());
    return made;
  };
  return {
    ...{ folders, program },
    migrate: () => migrateOrders(url.toString(), folders.migrations),
    rows: async (text: string) => (await session.query(text)).rows,
  };
}

const post = { method: 'POST', path: '/items' } as const;
const get = (path: string) => ({ method: 'GET', path }) as const;

describe.skipIf(dbmateMissing() !== null)('the orders of the shop, migrated by the real dbmate', () => {
  it('are written and read by the old code', async () => {
    const { program, migrate, rows } = await openShop();
    const old = program('old');
    expect(await old.isReady()).toBe(true);
    await migrate();
    expect(await old.answer(post)).toEqual({ status: 201, body: { id: '1' } });
    for (const path of ['/', '/items', '/items/1', '/search?q=shoes'])
      expect(await old.answer(get(path)), path).toEqual({ status: 200, body: { orders: '1' } });
    expect(await rows('select version from schema_migrations')).toEqual([{ version: goodVersion }]);
  });

  it('get a new column name, over which one reader of the new code and all of the old stumble', async () => {
    const { program, migrate, folders, rows } = await openShop();
    await migrate();
    await program('old').answer(post);
    await writeRenaming(folders);
    await migrate();
    expect(await rows('select max(version) as head from schema_migrations')).toEqual([
      { head: renamedVersion },
    ]);
    const renaming = program('renaming');
    expect(await renaming.answer(post)).toEqual({ status: 201, body: { id: '2' } });
    expect(await renaming.answer(get('/'))).toEqual({ status: 200, body: { orders: '2 1' } });
    await expect(renaming.answer(get('/items'))).rejects.toThrow('column "customer" does not exist');
    await expect(program('old').answer(post)).rejects.toThrow('column "customer" of relation "orders"');
  });

  it('are forgotten when there are thousands of newer ones, and not within the hour', async () => {
    const { program, migrate, rows } = await openShop();
    await migrate();
    await rows(`insert into orders (customer, item, state, placed_at)
      select 'Ada', 'shoes', 'new', now() - interval '2 hours' from generate_series(1, 600)`);
    await rows(
      `insert into orders (customer, item, state) select 'Ada', 'shoes', 'new' from generate_series(1, 5399)`,
    );
    expect(await program('old').answer(post)).toEqual({ status: 201, body: { id: '6000' } });
    expect(await rows('select min(id)::int as first, count(*)::int as n from orders')).toEqual([
      { first: 601, n: 5_400 },
    ]);
  });

  it('are not ready before anybody has said where they are, and hold no session once ended', async () => {
    const { program, migrate, rows } = await openShop();
    await migrate();
    expect(await createOrderProgram({ code: 'old', url: async () => null }).isReady()).toBe(false);
    const old = program('old');
    await old.answer(get('/'));
    const open = "select 1 from pg_stat_activity where application_name = 'orders'";
    expect(await rows(open)).toHaveLength(1);
    await old.close();
    await expect.poll(() => rows(open)).toEqual([]);
    expect(await old.isReady()).toBe(false);
  });
});
