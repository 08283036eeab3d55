import { givenUpEvent, type Notification, releaseName, routeBy } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aNotifier } from '@lastgood/testkit/scenario/builders';
import pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { newId, query, t0, twoReleases, useStores } from '../store-harness.ts';
import { takeText } from './take-items.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let store: Store;

beforeEach(async () => {
  store = open({ notifiers: [aNotifier('hook'), aNotifier('pager')] });
  await query(postgres.url, 'truncate outbox, outbox_places');
});

/** As if the time of every lease had passed. */
const endLeases = () =>
  query(
    postgres.url,
    "update outbox set lease_until = clock_timestamp() - interval '1 s' where lease_until is not null",
  );

function notification(over: Partial<Notification> = {}): Notification {
  return {
    key: newId('key'),
    kind: 'rolling_back',
    urgency: 'info',
    at: t0,
    service: 'a/b/c',
    deploymentId: 'd',
    runId: null,
    title: 'title',
    text: 'text',
    ...over,
  };
}

test('one row per notifier and key, whoever writes it and however often', async () => {
  const one = notification();
  await Promise.all([1, 2, 3].map(() => store.deployments.commit({ notifications: [one] })));
  const items = await store.outbox.take('a', 10, 5_000, { noneOf: [] });
  expect(items.map((item) => item.notifier).toSorted()).toEqual(['hook', 'pager']);
  expect(items[0]).toMatchObject({ notification: one, attempts: 1 });
  expect(await store.views.undelivered()).toBe(2);
});

test('an item is leased to one sender and taken again when the lease runs out', async () => {
  await store.deployments.commit({ notifications: [notification()] });
  expect(await store.outbox.take('a', 10, 5_000, { noneOf: [] })).toHaveLength(2);
  expect(await open().outbox.take('b', 10, 100, { noneOf: [] })).toEqual([]);
  await endLeases();
  expect((await open().outbox.take('b', 10, 100, { noneOf: [] })).map((item) => item.attempts)).toEqual([
    2, 2,
  ]);
});

test.each([1e23, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
  'an item whose next try is said to be at %d stays in the queue',
  async (retryAt) => {
    await store.deployments.commit({ notifications: [notification()] });
    const [item] = await store.outbox.take('a', 1, 5_000, { noneOf: [] });
    if (!item) throw new Error('an item was expected');
    await store.outbox.failed(item, { reason: 'asks to wait', refused: false, at: t0, retryAt });
    expect(await store.outbox.undelivered()).toEqual({ waiting: 2, failed: 0 });
    const [row] = await query<{ days: number }>(
      postgres.url,
      `select extract(epoch from next_at - clock_timestamp())::float8 / 86400 as days from outbox where id = ${item.id}`,
    );
    expect(row?.days).toBeLessThanOrEqual(1);
  },
);

test('delivered is over, failed waits for its turn, given up stays visible', async () => {
  const about = ['one', 'two'].map((deploymentId) => notification({ deploymentId }));
  await store.deployments.commit({ notifications: about });
  const [first, second, third] = await store.outbox.take('a', 4, 5_000, { noneOf: [] });
  if (!first || !second || !third) throw new Error('four items were expected');
  const tried = { reason: 'timeout', refused: false, at: t0 };
  await store.outbox.delivered(first, null);
  await store.outbox.failed(second, { ...tried, retryAt: Date.now() + 60_000 });
  await store.outbox.giveUp(
    third,
    'gone',
    givenUpEvent({ item: third, reason: 'gone', orphaned: false, at: t0 }),
  );
  expect(await store.outbox.undelivered()).toEqual({ waiting: 2, failed: 1 });
  await endLeases();
  expect(await store.outbox.take('a', 10, 5_000, { noneOf: [] })).toHaveLength(1);
  await store.outbox.failed(first, { ...tried, retryAt: Date.now() });
  expect(await store.outbox.undelivered()).toEqual({ waiting: 2, failed: 1 });
});

/** Counts, for each lane, how many of its rows are under a lease at once. */
const mostInOneLane = async () => {
  const [row] = await query<{ most: number }>(
    postgres.url,
    `select coalesce(max(count), 0) as most from (select count(*) from outbox
       where status = 'pending' and lease_until > clock_timestamp() group by notifier, to_place, incident) lanes`,
  );
  return row?.most;
};

test('senders that meet never hold two rows of one incident and place, and get through all of them in order', async () => {
  const senders = ['a', 'b', 'c', 'd'].map((name) => ({ name, store: open() }));
  const incidents = ['one', 'two', 'three'];
  const keys = incidents.map((deploymentId) => ({ deploymentId, keys: [] as string[] }));
  for (let n = 0; n < 6; n += 1) {
    const round = keys.map((one) => ({ one, next: notification({ deploymentId: one.deploymentId }) }));
    for (const { one, next } of round) one.keys.push(next.key);
    await store.deployments.commit({ notifications: round.map(({ next }) => next) });
  }
  const arrived: { notifier: string; deploymentId: string; key: string }[] = [];
  const most: (number | undefined)[] = [];
  const isOver = async () => (await store.outbox.undelivered()).waiting === 0;
  const send = async ({ name, store: own }: (typeof senders)[number]) => {
    while (!(await isOver())) {
      const items = await own.outbox.take(name, 5, 60_000, { noneOf: [] });
      most.push(await mostInOneLane());
      for (const { notifier, notification } of items)
        arrived.push({ notifier, deploymentId: notification.deploymentId, key: notification.key });
      for (const item of items) await own.outbox.delivered(item, null);
    }
  };
  await Promise.all(senders.map(send));
  expect(Math.max(...most.map((count) => count ?? 0))).toBe(1);
  for (const notifier of ['hook', 'pager'])
    for (const { deploymentId, keys: sent } of keys)
      expect(
        arrived
          .filter((one) => one.notifier === notifier && one.deploymentId === deploymentId)
          .map(({ key }) => key),
      ).toEqual(sent);
});

test('a row that becomes visible late waits while a later one of its incident is under way', async () => {
  const [early, late] = [new pg.Client(postgres.url), new pg.Client(postgres.url)];
  await Promise.all([early.connect(), late.connect()]);
  const hook = { notifier: 'hook' };
  try {
    await store.deployments.commit({ notifications: [notification({ deploymentId: 'late' })] });
    // As a transaction that got its id first and ends last.
    await early.query('begin');
    await early.query(
      `insert into outbox (id, key, notifier, incident, notification)
       select min(id) - 1, 'early', 'hook', 'deployment/late', (array_agg(notification))[1] from outbox where notifier = 'hook'`,
    );
    // One that is just being taken: its row is locked, and the lease not visible yet.
    await late.query('begin');
    await late.query(`update outbox set lease_until = clock_timestamp() + interval '1 minute', attempts = 1
      where notifier = 'hook' and key <> 'early'`);
    await early.query('commit');
    expect(await store.outbox.take('a', 10, 60_000, hook)).toEqual([]);
    await late.query('commit');
    expect(await store.outbox.take('a', 10, 60_000, hook)).toEqual([]);
    await query(
      postgres.url,
      "update outbox set status = 'delivered' where notifier = 'hook' and key <> 'early'",
    );
    expect(await store.outbox.take('a', 10, 60_000, hook)).toHaveLength(1);
  } finally {
    await Promise.all([early.end(), late.end()]);
  }
});

test('rows of a version that knew no order wait for nobody', async () => {
  await query(
    postgres.url,
    `insert into outbox (key, notifier, notification) select 'old/' || n, 'hook', $1::jsonb from generate_series(1, 3) n`,
    [JSON.stringify(notification())],
  );
  expect(await store.outbox.take('a', 10, 60_000, { notifier: 'hook' })).toHaveLength(3);
});

test('the order of thousands is kept by an index', async () => {
  await query(
    postgres.url,
    `insert into outbox (key, notifier, incident, notification, status)
     select 'k/' || n, 'hook', 'deployment/' || n % 500, $1::jsonb || jsonb_build_object('key', 'k/' || n), case when n % 10 = 0 then 'pending' else 'delivered' end
     from generate_series(1, 20000) n`,
    [JSON.stringify(notification())],
  );
  await query(postgres.url, 'analyze outbox');
  const asked = ['a', 100, 60_000, ['hook'], true, 0];
  const plan = await query<Record<string, string>>(postgres.url, `explain ${takeText}`, asked);
  const lines = plan.flatMap((line) => Object.values(line)).join('\n');
  expect(lines).toContain('outbox_incident');
  expect(lines).not.toContain('Seq Scan on outbox');
  const items = await store.outbox.take('a', 100, 60_000, { notifier: 'hook' });
  expect(new Set(items.map((item) => item.notification.key)).size).toBe(50);
});

test("a service's own routes are asked where it goes, and not stored with what is told", async () => {
  const routes = [{ to: [{ notifier: 'pager', to: 'shop' }] }];
  const routed = open({
    route: routeBy({ notifiers: [aNotifier('hook'), aNotifier('pager')], routes: [] }),
  });
  await routed.deployments.commit({ notifications: [{ ...notification(), routes }] });
  const [item, ...others] = await routed.outbox.take('a', 10, 5_000, { noneOf: [] });
  expect(others).toEqual([]);
  expect(item).toMatchObject({ notifier: 'pager', to: 'shop' });
  expect(item?.notification).not.toHaveProperty('routes');
});

test('an incident is over by its last word, until something wants a person again', async () => {
  const say = (kind: Notification['kind'], urgency: Notification['urgency'] = 'info') =>
    store.deployments.commit({ notifications: [notification({ kind, urgency, title: kind })] });
  expect(await store.outbox.over('d')).toBeNull();
  await say('rollback_suggested', 'page');
  expect(await store.outbox.over('d')).toBeNull();
  await say('incident_over');
  expect(await store.outbox.over('d')).toMatchObject({ title: 'incident_over' });
  await say('rollback_notice');
  expect(await store.outbox.over('d')).toMatchObject({ title: 'incident_over' });
  await say('rollback_suggested', 'page');
  expect(await store.outbox.over('d')).toBeNull();
  expect(await store.outbox.over('another')).toBeNull();
});

test('that a service was deleted is said as it is true now: it may be declared again', async () => {
  const { svc, bad } = await twoReleases(store);
  const about = {
    service: svc.key,
    deploymentId: bad.id,
    kind: 'rollback_suggested',
    urgency: 'page',
  } as const;
  await store.deployments.commit({ notifications: [notification(about)] });
  await store.services.delete(svc.key, 'ada', t0);
  const deleted = `${svc.name} was deleted`;
  expect(await store.outbox.over(bad.id)).toMatchObject({ title: deleted });
  await store.services.apply(svc, 'ada', t0);
  const again = `${deleted} and is declared again, and nobody was called for ${releaseName({ ...bad, release: 2 })} since`;
  expect(await store.outbox.over(bad.id)).toMatchObject({ title: again });
  await store.deployments.commit({ notifications: [notification(about)] });
  expect(await store.outbox.over(bad.id)).toBeNull();
});
