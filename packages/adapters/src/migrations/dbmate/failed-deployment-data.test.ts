import { judgeCommand } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { createRandom } from '@lastgood/testkit/random';
import { aBaseline, aDeployment, aRun, aService } from '@lastgood/testkit/scenario/builders';
import { createLiveEngine, quickClock } from '@lastgood/testkit/scenario/live-engine';
import { createSimulatedWorld } from '@lastgood/testkit/simulation/simulated-world';
import { rolling } from '@lastgood/testkit/simulation/ways/rolling';
import { createSite } from '@lastgood/testkit/simulation/ways/site';
import { afterEach, describe, expect, it } from 'vitest';
import { type DbmateWorld, missing, openDbmateWorld, orWhyNot } from './dbmate-harness.ts';

/*
 * Data created during the failed deployment: release 2 gave orders a voucher and a kind of its own, and wrote for a while. The old
 * code knows neither. What its rows come to is in the hands of whoever writes the down migration and the fix-up; that it is said
 * before, in rows, and that nothing goes that was not named, is Lastgood's.
 */
const postgres = usePostgres();
let world: DbmateWorld;
afterEach(() => world.close());

const orders = `-- migrate:up
create table orders (id bigserial primary key, kind text not null default 'order');
create table reversals (version text);
insert into orders (kind) select 'order' from generate_series(1, 20);
-- migrate:down
drop table orders;`;
const vouchers = (down: string) => `-- migrate:up
alter table orders add column voucher text;
-- migrate:down
${down}`;

/** Release 2 is out over its schema, and has written seven orders: five with a voucher, two of a kind that is new. */
async function afterRelease2(down: string, fixUp: string | null = null) {
  world = await openDbmateWorld(postgres, { '1_orders.sql': orders });
  await world.write('2_vouchers.sql', vouchers(down));
  await world.dbmate('migrate');
  await world.at.sql("insert into orders (voucher) select 'v' || n from generate_series(1, 5) n");
  await world.at.sql("insert into orders (kind) values ('subscription'), ('subscription')");
  if (fixUp !== null) await world.writeFixUp('old-kinds', fixUp);
  const clock = quickClock(5);
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  };
  const cluster = createSimulatedWorld({
    time: { now: clock.now, after },
    ...{ random: createRandom(1), say: () => {}, taken: () => {}, lastsMs: [1, 10] },
  });
  const site = createSite(cluster, createRandom(1), 'web');
  rolling.bringOut(site);
  cluster.state.writers.worker = { uid: 'uid-worker', desired: 2, ready: 2, pods: 2 };
  const { store, createReplica } = createLiveEngine(clock);
  const migration = { database: 'shop', fixUps: fixUp === null ? [] : [{ name: 'old-kinds' }] };
  await store.services.apply(
    aService({
      ...{ triggers: [], workloads: site.declares.workloads, rollback: { migration } },
      writers: [{ kind: 'Deployment', name: 'worker' }],
    }),
    'test',
    clock.now(),
  );
  const migrated = { kind: 'migration', target: { database: 'shop' }, before: '1', after: '2' } as const;
  await store.deployments.commit({ newDeployments: [aBaseline({ changes: site.good })] });
  await store.deployments.commit({ newDeployments: [aDeployment({ changes: [...site.bad, migrated] })] });
  const replica = createReplica('one', { ...cluster.served, migrations: world.another(20_000) });
  const row = () => store.world.runs.get('r1');
  return {
    writers: () => cluster.state.writers.worker?.desired,
    servesBad: () => cluster.servesBad.get('web')?.(),
    row,
    async rollBack(...accepting: string[]) {
      const now = clock.now();
      await store.deployments.commit({ newRuns: [aRun({ createdAt: now, startsAt: now, accepting })] });
      await replica.work('r1');
      return row()?.run;
    },
    async resume() {
      const given = judgeCommand({ command: 'resume' }, { by: 'ada', at: clock.now() });
      expect((await store.commands.command('r1', given)).kind).toBe('done');
      await replica.work('r1');
      return row()?.run;
    },
  };
}

const head = () => world.at.sql('select max(version) as head from schema_migrations');
const kinds = () => world.at.sql('select kind, count(*)::int as n from orders group by 1 order by 1');
const everyOrder = [
  { kind: 'order', n: 25 },
  { kind: 'subscription', n: 2 },
];
const counted = `-- lastgood:loss orders.voucher: select count(*) from orders where voucher is not null
alter table orders drop column voucher;`;

describe.skipIf(missing !== null)(`data created during the failed deployment${orWhyNot}`, () => {
  it('is named in rows before anything is touched, and goes only where the command names it', async () => {
    const { rollBack, writers } = await afterRelease2(counted);
    const run = await rollBack();
    expect(run?.stop?.reason).toContain('Reversing 2 would lose 5 rows of orders.voucher.');
    expect(run?.stop?.advice).toContain('accepting shop/orders.voucher');
    expect(run?.stop?.endState).toBe('Nothing was changed.');
    expect([await head(), await kinds(), writers()]).toEqual([[{ head: '2' }], everyOrder, 2]);
  });

  it('named, it goes with its column, and every order stays', async () => {
    const { rollBack, writers, servesBad } = await afterRelease2(counted);
    const run = await rollBack('shop/orders.voucher');
    expect([run?.stop, run?.status, run?.verdict]).toEqual([null, 'done', 'passed']);
    expect(run?.plan?.outcome?.lost).toEqual([
      {
        ...{ name: 'shop/orders.voucher', kind: 'rows', store: 'shop', of: 'orders.voucher' },
        ...{ rows: 5, since: '2' },
      },
    ]);
    expect([await head(), await kinds()]).toEqual([[{ head: '1' }], everyOrder]);
    expect([writers(), servesBad()]).toEqual([2, false]);
  });

  it('is kept where the down migration lays it aside, and the fix-up makes of it what the old code reads', async () => {
    const keeps = `-- lastgood:loss orders.voucher: select count(*) from orders where false
create table kept_vouchers as select id, voucher, kind from orders where voucher is not null or kind <> 'order';
alter table orders drop column voucher;`;
    const { rollBack, row } = await afterRelease2(keeps, "update orders set kind = 'order'");
    const run = await rollBack();
    expect([run?.stop, run?.status, run?.verdict]).toEqual([null, 'done', 'passed']);
    expect(run?.plan?.warnings).toContain('Reversing 2 loses no row of orders.voucher, as counted now.');
    expect(await kinds()).toEqual([{ kind: 'order', n: 27 }]);
    expect(await world.at.sql('select count(*)::int as n from kept_vouchers')).toEqual([{ n: 7 }]);
    const order = row()?.steps.map(({ planned }) => planned.step.kind) ?? [];
    const between = ['stop-writers', 'migrate-to', 'run-fix-up', 'set-template', 'start-writers'] as const;
    expect(order.filter((kind) => between.some((one) => one === kind))).toEqual(between);
  });

  it('of which the down migration does not say what goes is refused, with what is there', async () => {
    const { rollBack } = await afterRelease2('alter table orders drop column voucher;');
    const run = await rollBack();
    expect(run?.stop?.reason).toMatch(/Reversing 2 would run .*voucher.* \(5 rows\)/);
    expect([await head(), await kinds()]).toEqual([[{ head: '2' }], everyOrder]);
  });

  it('that the old schema does not take stops the run with the reason, every row there, and who stands still named', async () => {
    const strict = `-- lastgood:loss orders.voucher: select count(*) from orders where false
alter table orders drop column voucher;
alter table orders add constraint known_kinds check (kind = 'order');`;
    const { rollBack, resume, writers, servesBad } = await afterRelease2(strict);
    const run = await rollBack();
    expect(run?.status).toBe('stopped');
    expect(run?.stop?.reason).toMatch(/known_kinds/);
    expect(run?.stop?.endState).toContain('Stopped and not started again');
    expect(await kinds()).toEqual(everyOrder);
    // The old code is not let loose upon what it cannot read, and the new one has no writer that could add to it.
    expect([writers(), servesBad()]).toEqual([0, true]);
    await world.at.sql("update orders set kind = 'order'");
    const resumed = await resume();
    expect([resumed?.stop, resumed?.status]).toEqual([null, 'done']);
    expect([await head(), await kinds()]).toEqual([[{ head: '1' }], [{ kind: 'order', n: 27 }]]);
    expect([writers(), servesBad()]).toEqual([2, false]);
  });
});
