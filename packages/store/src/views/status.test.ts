import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aNotifier } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { query, queuedRun, service, t0, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const now = t0 + 3_600_000;

test('replicas are alive as long as their session stands, and stay visible when it is lost', async () => {
  const store = open();
  const session = store.join('one', { onTopics() {}, onWarning() {}, onConnection() {} });
  await query(postgres.url, `insert into replicas (id, lock_no) values ('ghost', 999999)`);
  await expect
    .poll(async () => (await store.views.status(t0, now)).replicas.map(({ id, alive }) => [id, alive]).sort())
    .toEqual([
      ['ghost', false],
      ['one', true],
    ]);
  await session.stop();
});

test('the queue counts runs and messages, and says how old the oldest is and why it does not arrive', async () => {
  const store = open({ notifiers: [aNotifier('hook'), aNotifier('pager')] });
  const { run } = await queuedRun(store);
  await query(postgres.url, 'delete from outbox');
  await query(
    postgres.url,
    `insert into outbox (key, notifier, notification, status, attempts, last_error, created_at, delivered_at) values
       ('a', 'hook', '{}', 'pending', 3, 'HTTP 503', '2026-01-05T11:00:00Z', null),
       ('b', 'hook', '{}', 'pending', 0, null, '2026-01-05T11:30:00Z', null),
       ('c', 'hook', '{}', 'failed', 9, 'HTTP 410', '2026-01-05T10:00:00Z', null),
       ('d', 'hook', '{}', 'failed', 9, 'HTTP 410', '2026-01-01T10:00:00Z', null),
       ('e', 'pager', '{}', 'delivered', 1, null, '2026-01-05T10:00:00Z', '2026-01-05T10:00:01Z'),
       ('f', 'hook', '{}', 'failed', 99, 'HTTP 403', '2026-01-03T10:00:00Z', null),
       ('g', 'pager', '{}', 'pending', 0, null, '2026-01-05T10:00:00Z', null)`,
  );
  await query(
    postgres.url,
    `update outbox set to_place = '#all', failed_at = '2026-01-05T11:20:00Z' where key = 'a';
     update outbox set to_place = '#ops', given_up_at = '2026-01-05T10:30:00Z' where key = 'f';
     update outbox set not_before = '2026-01-05T20:00:00Z' where key = 'g';
     update outbox set fell_back_at = '2026-01-05T11:02:00Z', fallback = '[{"notifier":"pager","to":null}]' where key = 'a';
     update outbox set fell_back_at = '2026-01-05T11:02:00Z' where key = 'b'`,
  );
  const status = await store.views.status(t0, now);
  expect(status.queue).toMatchObject({ queued: 1, running: 0, oldestQueuedAt: run.createdAt });
  const hook = { waiting: 2, oldestWaitingAt: Date.UTC(2026, 0, 5, 11), triedInVain: 1, failed: 2 };
  const waits = { unanswered: 1, refusedSince: null };
  expect(status.notifiers).toEqual([
    {
      ...{
        name: 'hook',
        ...hook,
        ...waits,
        lastError: 'HTTP 503',
        lastDeliveredAt: null,
        lastToldAt: null,
        fellBack: 1,
      },
      lastTried: { to: '#all', at: Date.UTC(2026, 0, 5, 11, 20) },
      lastGivenUp: { reason: 'HTTP 403', to: '#ops', at: Date.UTC(2026, 0, 5, 10, 30) },
    },
    {
      ...{ name: 'pager', waiting: 0, oldestWaitingAt: null, triedInVain: 0, lastError: null, failed: 0 },
      ...{ unanswered: 0, refusedSince: null },
      ...{
        lastDeliveredAt: Date.UTC(2026, 0, 5, 10, 0, 1),
        lastToldAt: Date.UTC(2026, 0, 5, 10, 0, 1),
        fellBack: 0,
        lastGivenUp: null,
        lastTried: null,
      },
    },
  ]);
});

test('of places that refuse what waits the last to begin with it is known, and how much nobody has refused', async () => {
  const store = open({ notifiers: [aNotifier('pager')] });
  await query(postgres.url, 'delete from outbox');
  await query(
    postgres.url,
    `insert into outbox (key, notifier, to_place, notification, status, attempts, last_error, refused_since)
     select key, 'pager', place, '{}', 'pending', 1, 'no', since from (values
       ('p', '#ops', '2026-01-05T11:50:00Z'::timestamptz), ('q', '#ops', '2026-01-05T11:55:00Z'),
       ('r', '#all', '2026-01-05T11:20:00Z'), ('s', '#own', null)) as given (key, place, since)`,
  );
  await query(
    postgres.url,
    `insert into outbox (key, notifier, notification, status, delivered_at) values
       ('t', 'pager', '{}', 'delivered', '2026-01-05T11:30:00Z'),
       ('u', 'pager', '{"kind": "deployment_verified"}', 'delivered', '2026-01-05T11:40:00Z')`,
  );
  expect((await store.views.status(t0, now)).notifiers).toMatchObject([
    {
      triedInVain: 4,
      unanswered: 1,
      refusedSince: Date.UTC(2026, 0, 5, 11, 50),
      lastToldAt: Date.UTC(2026, 0, 5, 11, 30),
    },
  ]);
});

test('every service that is declared is there, with whether it is watched; storage has the days that are kept', async () => {
  const store = open();
  const { svc } = await twoReleases(store);
  const [calm, gone] = [service(), service()];
  for (const one of [calm, gone]) await store.services.apply(one, 'ada', t0);
  await store.services.delete(gone.key, 'ada', t0);
  for (const day of [now - 86_400_000, now]) await store.days.ensure(day);
  const { services, storage } = await store.views.status(t0, now);
  const watched = new Map(services.map((one) => [one.key, one.watched]));
  expect([svc, calm, gone].map(({ key }) => watched.get(key))).toEqual([true, false, undefined]);
  const readings = storage.tables.find(({ name }) => name === 'readings');
  expect(readings).toMatchObject({ oldestDay: '20260104', yesterday: expect.any(Number) });
  expect(storage.bytes).toBeGreaterThan(1_000_000);
});

test('places that take nothing are those that refuse what waits or for which something was given up, until something arrives', async () => {
  const store = open();
  await query(postgres.url, 'delete from outbox');
  await query(
    postgres.url,
    `insert into outbox (key, notifier, to_place, notification, status, last_error, created_at, refused_since, given_up_at, delivered_at) values
       ('a', 'hook', null, '{}', 'failed', 'HTTP 410', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z', null),
       ('b', 'chat', '#ops', '{}', 'pending', 'no_service', '2026-01-05T11:00:00Z', '2026-01-05T11:10:00Z', null, null),
       ('c', 'chat', '#all', '{}', 'pending', 'HTTP 503', '2026-01-05T11:00:00Z', null, null, null),
       ('d', 'mended', null, '{}', 'failed', 'HTTP 410', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z', null),
       ('e', 'mended', null, '{}', 'delivered', null, '2026-01-05T11:20:00Z', null, null, '2026-01-05T11:30:00Z'),
       ('f', 'longago', null, '{}', 'failed', 'HTTP 410', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00Z', '2026-01-01T11:00:00Z', null),
       ('g', 'records', null, '{"kind": "deployment_verified"}', 'pending', 'HTTP 422', '2026-01-05T11:00:00Z', '2026-01-05T11:10:00Z', null, null),
       ('h', 'hook', null, '{"kind": "deployment_verified"}', 'delivered', null, '2026-01-05T11:20:00Z', null, null, '2026-01-05T11:30:00Z')`,
  );
  expect(await store.views.untoldPlaces(now - 86_400_000)).toEqual([
    {
      notifier: 'chat',
      to: '#ops',
      reason: 'no_service',
      refused: true,
      since: Date.UTC(2026, 0, 5, 11, 10),
    },
    { notifier: 'hook', to: null, reason: 'HTTP 410', refused: true, since: Date.UTC(2026, 0, 5, 10) },
  ]);
});
