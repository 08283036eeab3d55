import type { Notification } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { newId, query, t0, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let store: Store;

beforeEach(async () => {
  store = open({ notifiers: ['hook', 'pager'] });
  await query(postgres.url, 'delete from outbox');
});

/** As if the time of every lease had passed. */
const endLeases = () =>
  query(
    postgres.url,
    "update outbox set lease_until = clock_timestamp() - interval '1 s' where lease_until is not null",
  );

function notification(): Notification {
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
  };
}

test('one row per notifier and key, whoever writes it and however often', async () => {
  const one = notification();
  await Promise.all([1, 2, 3].map(() => store.deployments.commit({ notifications: [one] })));
  const items = await store.outbox.take('a', 10, 5_000);
  expect(items.map((item) => item.notifier).toSorted()).toEqual(['hook', 'pager']);
  expect(items[0]).toMatchObject({ notification: one, attempts: 1 });
  expect(await store.views.undelivered()).toBe(2);
});

test('an item is leased to one sender and taken again when the lease runs out', async () => {
  await store.deployments.commit({ notifications: [notification()] });
  expect(await store.outbox.take('a', 10, 5_000)).toHaveLength(2);
  expect(await open().outbox.take('b', 10, 100)).toEqual([]);
  await endLeases();
  expect((await open().outbox.take('b', 10, 100)).map((item) => item.attempts)).toEqual([2, 2]);
});

test.each([1e23, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
  'an item whose next try is said to be at %d stays in the queue',
  async (retryAt) => {
    await store.deployments.commit({ notifications: [notification()] });
    const [item] = await store.outbox.take('a', 1, 5_000);
    if (!item) throw new Error('an item was expected');
    await store.outbox.failed(item.id, 'asks to wait', retryAt);
    expect(await store.outbox.undelivered()).toEqual({ waiting: 2, failed: 0 });
    const [row] = await query<{ days: number }>(
      postgres.url,
      `select extract(epoch from next_at - clock_timestamp())::float8 / 86400 as days from outbox where id = ${item.id}`,
    );
    expect(row?.days).toBeLessThanOrEqual(1);
  },
);

test('delivered is over, failed waits for its turn, given up stays visible', async () => {
  await store.deployments.commit({ notifications: [notification(), notification()] });
  const [first, second, third] = await store.outbox.take('a', 4, 5_000);
  if (!first || !second || !third) throw new Error('four items were expected');
  await store.outbox.delivered(first.id);
  await store.outbox.failed(second.id, 'timeout', Date.now() + 60_000);
  await store.outbox.failed(third.id, 'gone', null);
  expect(await store.outbox.undelivered()).toEqual({ waiting: 2, failed: 1 });
  await endLeases();
  expect(await store.outbox.take('a', 10, 5_000)).toHaveLength(1);
  await store.outbox.failed(first.id, 'late word', Date.now());
  expect(await store.outbox.undelivered()).toEqual({ waiting: 2, failed: 1 });
});
