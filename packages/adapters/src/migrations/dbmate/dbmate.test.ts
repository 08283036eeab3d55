import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterEach, describe, expect, it } from 'vitest';
import { type DbmateWorld, missing, openDbmateWorld, orWhyNot } from './dbmate-harness.ts';
import { dbmate as vendor } from './vendor.ts';

const postgres = usePostgres();
const never = new AbortController().signal;
const operation = { key: 'run-1/1', epoch: 1 };

let world: DbmateWorld;
afterEach(() => world?.close());

/** A world whose newest migration is this one. */
const withNewest = (down: string, up = 'select 1;') =>
  openDbmateWorld(postgres, {
    '1_first.sql':
      '-- migrate:up\ncreate table reversals (version text);\n-- migrate:down\ndrop table reversals;',
    '2_newest.sql': `-- migrate:up\n${up}\n-- migrate:down\n${down}`,
  });
const step = {
  kind: 'migrate-to',
  database: 'shop',
  from: '2',
  to: '1',
  acceptedLoss: [] as string[],
} as const;
const path = async (by = world.migrations) => {
  const read = await by.readDatabase({ database: 'shop', to: '1' }, never);
  return read.kind === 'seen' ? read.seen.path?.[0] : read;
};
const look = async (by = world.migrations) => {
  const observed = await by.migrateTo.observe(step, operation, never);
  if (observed.kind !== 'seen') throw new Error(observed.reason);
  return observed.seen;
};
/** One world for many files: only looked at, or refused. */
const rewritten = async (down: string, head = '-- migrate:down', by = world.migrations) => {
  await world.write('2_newest.sql', `-- migrate:up\nselect 1;\n${head}\n${down}`);
  return path(by);
};
const blow = "insert into reversals values ('2');";

describe.skipIf(missing !== null)(`a reversal that goes on while nobody waits for it${orWhyNot}`, () => {
  const slow = `select pg_sleep(0.8); ${blow}`;

  it('is seen at work by whoever comes after a restart, and not begun a second time', async () => {
    world = await withNewest(slow);
    const begun = world.migrations.migrateTo.apply(step, await look(), operation, never);
    const another = world.another();
    await expect.poll(async () => (await look(another)).running).toBe('run-1/1');
    expect((await attemptStep(another.migrateTo, step, 'run-1/1')).outcome).toMatchObject({
      kind: 'waiting',
      note: 'migrating, at 2 now',
    });
    expect((await attemptStep(another.migrateTo, step, 'run-9/1')).outcome).toMatchObject({
      kind: 'failed',
      reason: 'Database shop is being migrated by run-1/1.',
    });
    await begun;
    expect(await look(another)).toMatchObject({ head: '1', running: null });
    expect(await world.reversals()).toBe(1);
  });

  it('whose starter has died, lock and all, is not reversed once more by the next', async () => {
    world = await withNewest(slow);
    const seen = await look();
    const begun = world.migrations.migrateTo.apply(step, seen, operation, never);
    await expect.poll(async () => (await look()).running).not.toBeNull();
    // The session that holds the lock ends; dbmate, which it started, does not know.
    await world.at.sql(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
      and pid not in (select pid from pg_stat_activity where query like '%lastgood guard%' or query like '%pg_sleep%')`);
    await world.another().migrateTo.apply(step, seen, { ...operation, epoch: 2 }, never);
    await begun;
    await world.settle();
    expect(await look()).toMatchObject({ head: '1', running: null });
    expect(await world.reversals()).toBe(1);
  });
});

describe.skipIf(missing !== null)(`a reversal that is refused${orWhyNot}`, () => {
  it('cannot be run as a whole, or is declared irreversible', async () => {
    world = await withNewest(blow);
    const cases: [down: string, words: string, head?: string][] = [
      ['', 'has no down block'],
      ['-- nothing to do', 'has no down block'],
      [blow, 'outside a transaction', '-- migrate:down transaction:false'],
      [`commit; ${blow}`, 'begins or ends transactions'],
      [`-- lastgood:irreversible mails were sent\n${blow}`, 'irreversible: mails were sent'],
    ];
    for (const [down, words, head] of cases) {
      expect(await rewritten(down, head), down).toMatchObject({
        irreversible: expect.stringContaining(words),
      });
      const { outcome } = await attemptStep(world.migrations.migrateTo, step, 'r/1');
      expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining(words) });
    }
    expect(await world.reversals()).toBe(0);
  });

  it('fails in the database: nothing has changed, its words are told, and whoever resumes tries anew', async () => {
    world = await withNewest(`${blow} select no_such_function();`);
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no_such_function'),
      advice: expect.stringContaining('nothing has changed'),
    });
    expect([(await look()).head, await world.reversals()]).toEqual(['2', 0]);
    await world.write('2_newest.sql', `-- migrate:up\nselect 1;\n-- migrate:down\n${blow}`);
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome.kind).toBe('applied');
  });

  it('finds a session that was opened after the look', async () => {
    world = await withNewest(blow);
    const seen = await look();
    await world.openSession();
    expect(await world.migrations.migrateTo.apply(step, seen, operation, never)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('a session of the application is open'),
    });
    expect([(await look()).head, await world.reversals()]).toEqual(['2', 0]);
  });
});

describe.skipIf(missing !== null)(`a loss${orWhyNot}`, () => {
  const up = "create table coupons (code text, worth int); insert into coupons values ('a', null), ('b', 5);";
  it('is found in what a down block says', async () => {
    world = await withNewest(blow, up);
    const coupons = 'DROP TABLE coupons (2 rows)';
    const cases: [down: string, undeclared: string[]][] = [
      ['drop table coupons;', [coupons]],
      ['drop table if exists public."coupons", nothing;', ['DROP TABLE public."coupons" (2 rows)']],
      ['truncate coupons;', ['TRUNCATE coupons (2 rows)']],
      ['delete from only coupons where worth = 5;', ['DELETE FROM coupons (2 rows)']],
      ['alter table coupons add x int, drop column worth;', ['ALTER TABLE coupons DROP worth (1 row)']],
      ['alter table coupons alter code drop not null;', []],
      [
        "do $$ begin execute 'drop table ' || 'coupons'; end $$;",
        ['EXECUTE, which cannot be read beforehand'],
      ],
      ['drop schema if exists extra cascade;', ['DROP SCHEMA extra CASCADE']],
      ["select '--'; drop table coupons; -- drop table orders", [coupons]],
      ['/* drop table coupons; */ select 1;', []],
      ['create table spare (id int); drop table spare;', []],
      ['-- lastgood:loss coupons: select count(*) from coupons where worth > 3\ndrop table coupons;', []],
    ];
    for (const [down, undeclared] of cases)
      expect(await rewritten(down), down).toMatchObject({ irreversible: null, undeclared });
  });

  it('is counted by its query, which may only read and has to answer in time', async () => {
    world = await withNewest(blow, `${up} create sequence numbers;`);
    const cases: [query: string, rows: number | null][] = [
      ['select count(*) from coupons where worth > 3', 1],
      ['select 0', 0],
      ['select count(*) from nowhere', null],
      ['select code from coupons', null],
      ['select -1', null],
      ['delete from coupons returning 0', null],
      ['select 1; delete from coupons', null],
      ["select nextval('numbers')", null],
    ];
    for (const [query, rows] of cases) {
      const down = `-- lastgood:loss coupons: ${query}\ndrop table coupons;`;
      expect(await rewritten(down), query).toMatchObject({ loss: { coupons: rows }, undeclared: [] });
    }
    const slow = '-- lastgood:loss coupons: select pg_sleep(20)\ndrop table coupons;';
    const impatient = await rewritten(slow, '-- migrate:down', world.another(400));
    expect(impatient).toMatchObject({ loss: { coupons: null } });
    expect(await world.at.sql('select code from coupons')).toHaveLength(2);
  });
});

describe.skipIf(missing !== null)(`an outside that is sick${orWhyNot}`, () => {
  it.each(['hung', 'garbage', 'closed'] as const)('that is %s is not answered for', async (mode) => {
    world = await withNewest(blow);
    const seen = await look();
    world.at.gate.set(mode);
    const migrations = world.another(400);
    const said = await Promise.all([
      migrations.readDatabase({ database: 'shop', to: '1' }, never),
      migrations.migrateTo.observe(step, operation, never),
      migrations.readFixUp({ database: 'shop', name: 'count', occasion: 'd' }, never),
      migrations.migrateTo.apply(step, seen, operation, never),
    ]);
    expect(said.map(({ kind }) => kind)).toEqual(['unreachable', 'unreachable', 'unreachable', 'retry']);
  });

  it('never learns or tells a password', async () => {
    world = await withNewest(blow);
    const url = new URL(world.at.gated);
    url.password = 'hunter2';
    const settings = { url: url.toString(), applicationRoles: ['app'], migrations: world.folder };
    const other = vendor.create({ name: 'shop', settings });
    const read = await other.readDatabase({ database: 'shop', to: '1' }, never);
    expect(read).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('password authentication failed'),
    });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });
});
