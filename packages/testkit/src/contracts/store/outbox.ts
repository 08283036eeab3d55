import type { Notification, OutboxItem } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { dayZero, minute } from '../../scenario/builders.ts';
import { event, key, leaseMs, type StoreUnderTest } from './store-under-test.ts';

/** A lease that ends in no test, however slow it is. */
const longMs = 60_000;
const all = { noneOf: [] };
const [hook, chat] = [{ notifier: 'hook' }, { notifier: 'chat' }];

let count = 0;
function message(over: Partial<Notification> = {}): Notification {
  count += 1;
  return {
    ...{ key: `run/r1/rollback_failed/${count}`, kind: 'rollback_failed', urgency: 'page', at: dayZero },
    ...{ service: key, deploymentId: 'd2', runId: 'r1', title: `web ${count}`, text: 'It stopped.', ...over },
  };
}

/** In order, each written by itself. */
async function written(store: StoreUnderTest, ...all: Partial<Notification>[]): Promise<Notification[]> {
  const notifications = all.map(message);
  for (const one of notifications) await store.deployments.commit({ notifications: [one] });
  return notifications;
}

async function taken(store: StoreUnderTest, choice = chat, heldMs = longMs): Promise<OutboxItem> {
  const [item, ...others] = await store.outbox.take('one', 10, heldMs, choice);
  if (!item || others.length > 0) throw new Error('one message was expected');
  return item;
}

const keys = (items: readonly OutboxItem[]) => items.map(({ notification }) => notification.key);
const tried = { reason: 'HTTP 503', refused: false, at: dayZero, retryAt: 0 };
const later = { ...tried, retryAt: dayZero + 1e9 };

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
    await outbox.delivered(await taken(store()), { thread: '1' }, [missed]);
    const again = await taken(store());
    expect(again).toMatchObject({ notification, to: '#oncall', fallback, earlier: null, attempts: 1 });
    await outbox.delivered(again, null, [missed]);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
  });

  describeOrder(store);
  describeFailure(store);
  describeFallback(store);
}

function describeOrder(store: () => StoreUnderTest): void {
  it('gives what is said of one incident one at a time, and lets no incident wait for another', async () => {
    const { outbox } = store();
    const [first, second, other] = await written(store(), {}, {}, { deploymentId: 'd1' });
    const [one, beside] = await outbox.take('one', 10, longMs, chat);
    if (!one || !beside) throw new Error('two were expected');
    expect(keys([one, beside])).toEqual([first?.key, other?.key]);
    expect(await outbox.take('two', 10, longMs, chat)).toEqual([]);
    await outbox.failed(one, tried);
    const again = await taken(store());
    expect(again).toMatchObject({ id: one.id, attempts: 2, failingSince: dayZero, refusedSince: null });
    await outbox.delivered(again, { thread: '1' });
    expect(await taken(store())).toMatchObject({ notification: second, earlier: { thread: '1' } });
    await written(store(), { deploymentId: 'd1' });
    await outbox.delivered(beside, null);
    expect(await taken(store())).toMatchObject({ earlier: null });
  });

  it('lets nothing wait for what was given up', async () => {
    const { outbox } = store();
    const [, second] = await written(store(), {}, {});
    const one = await taken(store());
    await outbox.failed(one, later);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    const { id, attempts, notification } = one;
    expect(await outbox.giveUp({ id, attempts, notification, fallback: [] }, 'gone', event())).toBe(true);
    expect(await taken(store())).toMatchObject({ notification: second });
  });

  it('holds back what may wait, but for a page that follows it, which is told in order', async () => {
    const { outbox } = store();
    const quiet = { deploymentId: 'routed-quiet', urgency: 'info' } as const;
    const [held] = await written(store(), quiet);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    const [page, after] = await written(store(), { ...quiet, urgency: 'page' }, quiet);
    const first = await taken(store());
    expect(first).toMatchObject({ notification: held, notBefore: dayZero + 60 * minute });
    await outbox.failed(first, later);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    await outbox.delivered(first, null);
    const second = await taken(store());
    expect(second).toMatchObject({ notification: page, notBefore: null });
    await outbox.delivered(second, null);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    expect(after?.urgency).toBe('info');
  });
}

function describeFailure(store: () => StoreUnderTest): void {
  it('remembers since when a place fails and since when it refuses', async () => {
    const { outbox } = store();
    await written(store(), {});
    await outbox.failed(await taken(store()), tried);
    await outbox.failed(await taken(store()), { ...tried, refused: true, at: dayZero + 1_000 });
    await outbox.failed(await taken(store()), { ...tried, refused: true, at: dayZero + 2_000 });
    const item = await taken(store());
    expect(item).toMatchObject({
      ...{ failingSince: dayZero, refusedSince: dayZero + 1_000, attempts: 4 },
    });
  });

  it('gives up with an event and tells the fallback, once', async () => {
    const { outbox } = store();
    const [notification] = await written(store(), { deploymentId: 'routed' });
    const item = await taken(store());
    expect(item).toMatchObject({
      to: '#ops',
      fallback: [hook, chat].map((one) => expect.objectContaining(one)),
    });
    const before = (await store().events()).length;
    const told = event({ type: 'notification.failed', deploymentId: 'routed', runId: 'r1' });
    expect(await outbox.giveUp(item, 'channel_not_found', told)).toBe(true);
    expect(await outbox.giveUp(item, 'channel_not_found', told)).toBe(false);
    const events = await store().events();
    expect(events).toHaveLength(before + 1);
    expect(events.at(-1)).toMatchObject({ type: 'notification.failed', runId: 'r1' });
    const items = await outbox.take('one', 10, longMs, all);
    expect(items.map(({ notifier, to }) => [notifier, to])).toEqual([
      ['hook', null],
      ['chat', '#all'],
    ]);
    for (const one of items) expect(one).toMatchObject({ notification, fallback: [], attempts: 1 });
  });
}

function describeFallback(store: () => StoreUnderTest): void {
  const trouble = { refused: dayZero, failing: dayZero - 3 * minute };
  const info = { deploymentId: 'routed', urgency: 'info' } as const;

  it('tells the fallback of a page whose place is in trouble, with what was to be told before it, once', async () => {
    const { outbox } = store();
    const sent = await written(store(), info, { ...info, urgency: 'page' }, info);
    const fallBack = (at = trouble) => outbox.fallBack(chat, at, dayZero + 1);
    expect(await fallBack()).toBe(0);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    expect(await fallBack({ ...trouble, refused: dayZero - 1 })).toBe(0);
    expect(await outbox.fallBack(hook, trouble, dayZero + 1)).toBe(0);
    expect(await fallBack()).toBe(4);
    expect(await fallBack()).toBe(0);
    const first = await taken(store(), hook);
    expect(first).toMatchObject({ notification: sent[0], to: null });
    await outbox.delivered(first, null);
    const second = await taken(store(), hook);
    expect(second).toMatchObject({ notification: sent[1] });
    await outbox.delivered(second, null);
    expect(await outbox.take('one', 10, longMs, hook)).toEqual([]);
  });

  it('goes on with the place itself, and tells nobody twice when it is given up', async () => {
    const { outbox } = store();
    await written(store(), { ...info, urgency: 'page' });
    await outbox.failed(await taken(store()), { ...tried, at: dayZero - 5 * minute });
    expect(await outbox.fallBack(chat, trouble, dayZero + 1)).toBe(2);
    const items = await outbox.take('one', 10, longMs, chat);
    expect(items.map(({ to, fellBackAt }) => [to, fellBackAt])).toEqual([
      ['#ops', dayZero + 1],
      ['#all', null],
    ]);
    const [item] = items;
    if (item) expect(await outbox.giveUp(item, 'gone', event())).toBe(true);
    expect(await outbox.take('one', 10, longMs, all)).toMatchObject([{ notifier: 'hook' }]);
  });

  it('lets what wakes nobody wait for its own place', async () => {
    const { outbox } = store();
    await written(store(), info);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    expect(await outbox.fallBack(chat, trouble, dayZero + 1)).toBe(0);
  });
}
