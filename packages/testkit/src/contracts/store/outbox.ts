import { expect, it } from 'vitest';
import { describeFailure } from './outbox-failure.ts';
import { describeFallback } from './outbox-fallback.ts';
import { describeFollowing } from './outbox-following.ts';
import { all, chat, later, longMs, taken, tried, written } from './outbox-messages.ts';
import { describeMoot } from './outbox-moot.ts';
import { describeOrder } from './outbox-order.ts';
import { event, leaseMs, type StoreUnderTest } from './store-under-test.ts';

/** Messages, each for every notifier that hears of it. */
export function describeOutbox(store: () => StoreUnderTest): void {
  it('keeps one row for each place and key, leased to one sender', async () => {
    const { deployments, outbox } = store();
    const [notification] = await written(store(), {});
    if (notification) await deployments.commit({ notifications: [notification] });
    const [one, two] = await Promise.all([
      outbox.take('one', 10, leaseMs, all),
      outbox.take('two', 10, leaseMs, all),
    ]);
    const items = [...one, ...two];
    expect(items.map(({ notifier }) => notifier).sort()).toEqual(['chat', 'hook']);
    expect(items[0]).toMatchObject({ notification, to: null, attempts: 1, earlier: null, fallback: [] });
    for (const item of items) await outbox.delivered(item, null);
    await store().pass(leaseMs + 50);
    expect(await outbox.take('one', 10, leaseMs, all)).toEqual([]);
  });

  it('tells records to those who keep them, and nobody else', async () => {
    await written(store(), { kind: 'deployment_verified', urgency: 'info' });
    const items = await store().outbox.take('one', 10, leaseMs, all);
    expect(items.map(({ notifier }) => notifier)).toEqual(['commits']);
  });

  it('hands a dead sender’s message on, which has no word in it any more', async () => {
    const { outbox } = store();
    await written(store(), {});
    const dead = await taken(store(), chat, leaseMs);
    expect(await outbox.take('two', 10, leaseMs, chat)).toEqual([]);
    await store().pass(leaseMs + 50);
    const [alive] = await outbox.take('two', 10, 60_000, chat);
    expect(alive).toMatchObject({ id: dead.id, attempts: 2 });
    await outbox.failed(dead, tried);
    expect(await outbox.giveUp(dead, 'late', event())).toBe(false);
    expect(await outbox.take('three', 10, leaseMs, chat)).toEqual([]);
    await outbox.delivered(dead, null);
    if (alive) await outbox.failed(alive, tried);
    expect(await outbox.take('three', 10, leaseMs, chat)).toEqual([]);
  });

  it('sends it on to those of a place whom it did not reach, with the fallback that they have', async () => {
    const { outbox } = store();
    const [notification] = await written(store(), {});
    const fallback = [{ notifier: 'hook', to: '#ops' }];
    const missed = { notifier: 'chat', to: '#oncall', notBefore: null, fallback };
    await outbox.delivered(await taken(store()), { thread: '1' }, [], [missed]);
    const again = await taken(store());
    expect(again).toMatchObject({ notification, to: '#oncall', fallback, earlier: null, attempts: 1 });
    await outbox.delivered(again, null, [], [missed]);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
  });

  it('tells whom it did not reach with the others what follows alone while that waits, and with them after it', async () => {
    const { outbox } = store();
    await written(store(), {});
    const missed = { notifier: 'chat', to: '#oncall', notBefore: null, fallback: [] };
    await outbox.delivered(await taken(store()), { thread: '1' }, [], [missed]);
    const page = await taken(store());
    expect(page).toMatchObject({ to: '#oncall', apart: [], notReached: [] });
    await outbox.failed(page, { ...later, retryAt: 0 });
    const info = { kind: 'rolling_back', urgency: 'info' } as const;
    const [next] = await written(store(), info);
    const sent = await outbox.take('one', 10, longMs, chat);
    expect(sent.map(({ to, attempts }) => [to, attempts])).toEqual([
      ['#oncall', 2],
      [null, 1],
    ]);
    const [, shared] = sent;
    if (!shared) throw new Error('two were expected');
    expect(shared).toMatchObject({ notification: next, apart: ['#oncall'] });
    expect(shared.notReached).toEqual([{ to: '#oncall', reason: 'HTTP 503' }]);
    await outbox.delivered(shared, { thread: '1' });
    await outbox.delivered({ ...page, attempts: 2 }, { thread: '2' });
    const own = await taken(store());
    expect(own).toMatchObject({ notification: next, to: '#oncall', apart: [], earlier: { thread: '2' } });
    await outbox.delivered(own, null);
    await written(store(), info);
    const last = await taken(store());
    expect(last).toMatchObject({ to: null, apart: [], notReached: [] });
    await outbox.delivered(last, null);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
  });

  describeOrder(store);
  describeFollowing(store);
  describeFailure(store);
  describeFallback(store);
  describeMoot(store);
}
