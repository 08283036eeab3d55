import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { migrationsContract } from '@lastgood/testkit/contracts/migrations';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterEach, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from './command-harness.ts';
import { command as vendor } from './vendor.ts';

const postgres = usePostgres();

migrationsContract("a program of somebody's own", () => openCommandWorld(postgres));

describe('a command', () => {
  let world: CommandWorld;
  afterEach(() => world.close());
  const step = {
    kind: 'migrate-to' as const,
    database: 'shop',
    from: '003',
    to: '002',
    acceptedLoss: ['coupons'],
  };
  const { execPath } = process;

  it('is given its arguments as they are, and of an environment what was configured and the URL', async () => {
    world = await openCommandWorld(postgres);
    const told = '; echo $HOME {from} `id`';
    const script =
      'const { argv, env } = process; console.log(JSON.stringify(argv.slice(1)), Object.keys(env).sort().join()); process.exit(4)';
    const migrations = world.with({ down: [execPath, '-e', script, told] });
    const { outcome } = await attemptStep(migrations.migrateTo, step, 'r/1');
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('["; echo $HOME 003 `id`"] DATABASE_URL,PATH,PGAPPNAME,TOKEN'),
    });
    expect(await world.reversals()).toBe(0);
  });

  it('that fails is told by the end of what it said, without what is secret', async () => {
    world = await openCommandWorld(postgres);
    const url = new URL(world.at.gated);
    const migrations = world.with({ down: [execPath, 'down.cjs', 'fail'] });
    const { outcome } = await attemptStep(migrations.migrateTo, step, 'r/1');
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('status 3: «no, postgres'),
    });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    if (url.password !== '') expect(JSON.stringify(outcome)).not.toContain(url.password);
    const loud = world.with({
      down: [execPath, '-e', "process.stdout.write('x'.repeat(1e7) + ' the end'); process.exitCode = 1"],
    });
    const said = await attemptStep(loud.migrateTo, step, 'r/2');
    expect(said.outcome).toMatchObject({ reason: expect.stringMatching(/x the end»$/) });
    expect(JSON.stringify(said).length).toBeLessThan(2_000);
  });

  it('that is not there, or never ends, has an end all the same', async () => {
    world = await openCommandWorld(postgres);
    const missing = world.with({ down: ['no-such-program'] });
    expect((await attemptStep(missing.migrateTo, step, 'r/1')).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ENOENT'),
    });
    const endless = world.with({ down: [execPath, '-e', 'setInterval(() => {}, 1000)'], longestMs: 1_000 });
    expect((await attemptStep(endless.migrateTo, step, 'r/2')).outcome).toMatchObject({
      kind: 'waiting',
      note: expect.stringContaining('ended after 1 s'),
    });
  });

  it('that takes only parts of the URL is found at work after a crash, and is no second time begun', async () => {
    world = await openCommandWorld(postgres);
    const slow = { down: [execPath, 'down.cjs', 'slow'] };
    const first = attemptStep(world.with(slow).migrateTo, step, 'r/1');
    const working = () =>
      world.at.sql<{ pid: number; query: string }>(
        "select pid, query from pg_stat_activity where application_name = 'lastgood r/1'",
      );
    while (!(await working()).some(({ query }) => query.includes('pg_sleep')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    // The lock of whoever has died is gone with its session; the tool goes on.
    for (const { pid, query } of await working())
      if (!query.includes('pg_sleep')) await world.at.sql(`select pg_terminate_backend(${pid})`);
    const again = world.with(slow).migrateTo;
    expect((await attemptStep(again, step, 'r/1')).outcome).toMatchObject({ kind: 'waiting' });
    const observed = await again.observe(step, { key: 'r/2', epoch: 1 }, new AbortController().signal);
    if (observed.kind !== 'seen') throw new Error(observed.reason);
    expect(observed.seen.running).toBe('r/1');
    const raced = { ...observed.seen, running: null };
    expect(await again.apply(step, raced, { key: 'r/2', epoch: 1 }, new AbortController().signal)).toEqual({
      kind: 'retry',
      reason: 'r/1 is at work on shop',
      afterMs: 500,
    });
    await first;
    await world.settle();
    expect(await world.reversals()).toBe(1);
  });

  it('whose loss nobody has declared is refused, and so is a version that nobody has', async () => {
    world = await openCommandWorld(postgres);
    const at = async (versions: { version: string; irreversible?: string }[]) => {
      const read = await world
        .with({ versions })
        .readDatabase({ database: 'shop', to: '002' }, new AbortController().signal);
      return read.kind === 'seen' ? read.seen.path : read;
    };
    expect(await at([{ version: '002' }, { version: '003' }])).toMatchObject([
      { undeclared: ['a program that may delete rows'] },
    ]);
    expect(await at([{ version: '002' }, { version: '003', irreversible: 'mails were sent' }])).toMatchObject(
      [{ irreversible: 'is declared irreversible: mails were sent' }],
    );
    expect(await at([{ version: '001' }, { version: '002' }])).toBeNull();
    const settings = {
      versions: [{ version: '1' }, { version: '1' }],
      url: 'postgres://x',
      applicationRoles: ['a'],
      down: ['x'],
      head: 'x',
      folder: '/',
    };
    expect(vendor.contradiction(settings)).toMatchObject({ found: 'version 1 twice' });
  });
});
