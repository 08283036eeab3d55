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

  it('lets no page wait for a record that cannot be written', async () => {
    const { outbox } = store();
    const record = { deploymentId: 'routed', kind: 'deployment_registered', urgency: 'info' } as const;
    const [, page] = await written(store(), record, { deploymentId: 'routed' });
    const both = await outbox.take('one', 10, longMs, chat);
    expect(both).toHaveLength(2);
    const [first, second] = both;
    if (first) await outbox.delivered(first, { record: '1' });
    expect(second).toMatchObject({ notification: page, earlier: null });
  });

  it('lets nothing wait for what was given up', async () => {
    const { outbox } = store();
    const [, second] = await written(store(), { urgency: 'info' }, { urgency: 'info' });
    const one = await taken(store());
    await outbox.failed(one, later);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    const { id, attempts, notification } = one;
    expect(await outbox.giveUp({ id, attempts, notification, fallback: [] }, 'gone', event())).toBe(true);
    expect(await taken(store())).toMatchObject({ notification: second });
  });

  it('lets a page pass what is stuck, and what stands between, after one more try of it, and closes it when that arrives', async () => {
    const { outbox } = store();
    const info = { urgency: 'info' } as const;
    const [first, second] = await written(store(), info, info);
    await outbox.failed(await taken(store()), later);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    await store().pass(50);
    const [page, after] = await written(store(), {}, info);
    const once = await taken(store());
    expect(once).toMatchObject({ notification: first, attempts: 2, passes: [] });
    await outbox.failed(once, later);
    const between = await taken(store());
    expect(between).toMatchObject({ notification: second, passes: [{ id: once.id, reason: 'HTTP 503' }] });
    await outbox.failed(between, later);
    const passing = await taken(store());
    const passed = { notification: first, failingSince: dayZero, reason: 'HTTP 503' };
    expect(passing).toMatchObject({ notification: page, passes: [passed, { notification: second }] });
    const told = event({ type: 'notification.overtaken' });
    const overtaken = passing.passes.map(({ id }) => ({ id, event: told }));
    await outbox.delivered(passing, { thread: '3' }, overtaken);
    await outbox.delivered(passing, { thread: '3' }, overtaken);
    expect((await store().events()).filter(({ type }) => type === told.type)).toHaveLength(2);
    await outbox.failed(between, tried);
    expect(await taken(store())).toMatchObject({
      ...{ notification: after, earlier: { thread: '3' }, passes: [] },
    });
  });

  it('tries nothing again that was passed until what has passed it is given up', async () => {
    const { outbox } = store();
    const [first] = await written(store(), { urgency: 'info' });
    for (let n = 0; n < 3; n += 1) await outbox.failed(await taken(store()), { ...tried, refused: true });
    await store().pass(50);
    const [page] = await written(store(), {});
    await outbox.failed(await taken(store()), { ...tried, refused: true });
    const passing = await taken(store());
    expect(passing).toMatchObject({ notification: page });
    await outbox.failed(passing, tried);
    const again = await taken(store());
    expect(again).toMatchObject({ notification: page, attempts: 2, wasPassed: false });
    expect(await outbox.giveUp({ ...again, fallback: [] }, 'gone', event())).toBe(true);
    expect(await taken(store())).toMatchObject({ notification: first, attempts: 5, wasPassed: true });
  });

  it('holds back what may wait, but for a page that follows it, which is told in order', async () => {
    const { outbox } = store();
    const quiet = { deploymentId: 'routed-quiet', urgency: 'info' } as const;
    const [held] = await written(store(), quiet);
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    const [page, after] = await written(store(), { ...quiet, urgency: 'page' }, quiet);
    const first = await taken(store());
    expect(first).toMatchObject({ notification: held, notBefore: dayZero + 60 * minute });
    await outbox.failed(first, { ...tried, retryAt: dayZero + 20_000 });
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    await outbox.delivered(first, null);
    const second = await taken(store());
    expect(second).toMatchObject({ notification: page, notBefore: null });
    await outbox.delivered(second, null);
    // What follows a page is held back by nothing: it wakes nobody, and takes back what woke somebody.
    expect(await taken(store())).toMatchObject({ notification: after, notBefore: null });
  });
}

function describeFollowing(store: () => StoreUnderTest): void {
  const oncall = { deploymentId: 'routed-oncall' } as const;
  const info = { ...oncall, urgency: 'info' } as const;
  /** What is due at all places, delivered, in the order in which it was written. */
  const dueNow = async () => {
    const sent: [string, string | null, string][] = [];
    for (;;) {
      const items = await store().outbox.take('one', 20, longMs, all);
      if (items.length === 0) return sent;
      for (const item of items) {
        sent.push([item.notifier, item.to, item.notification.kind]);
        await store().outbox.delivered(item, null);
      }
    }
  };

  it('tells a place that was paged how it goes on, whatever the routes say, and nobody twice', async () => {
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_suggested']]);
    const [began] = await written(store(), { ...info, kind: 'rolling_back' });
    if (began) await store().deployments.commit({ notifications: [began] });
    await written(store(), { ...info, kind: 'rolled_back' }, { ...info, kind: 'incident_over' });
    // What the route sends elsewhere is held in its quiet hours; what follows a page is not.
    expect(await dueNow()).toEqual([
      ['chat', '#ops', 'rolling_back'],
      ['chat', '#ops', 'rolled_back'],
    ]);
    await written(store(), { ...info, kind: 'rolling_back' });
    expect(await dueNow()).toEqual([]);
  });

  it('holds nothing back in quiet hours where the page was told', async () => {
    const quiet = { deploymentId: 'routed-quiet' } as const;
    await written(store(), { ...quiet, kind: 'rollback_suggested' });
    await written(store(), { ...quiet, urgency: 'info', kind: 'rolling_back' });
    const told = ['rollback_suggested', 'rolling_back'].map((kind) => ['chat', '#ops', kind]);
    expect(await dueNow()).toEqual(told);
  });

  it('says that it is over only where something wanted a person, and once', async () => {
    const over = { ...info, kind: 'incident_over' } as const;
    await written(store(), over, { ...info, kind: 'rolling_back' }, over);
    expect(await dueNow()).toEqual([]);
    await written(store(), { ...oncall, kind: 'rollback_failed' }, { ...over, ends: ['rollback_suggested'] });
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_failed']]);
    await written(store(), { ...over, ends: ['rollback_suggested', 'rollback_failed'] });
    expect(await dueNow()).toEqual([['chat', '#ops', 'incident_over']]);
    const lost = { deploymentId: 'routed', urgency: 'info', kind: 'readiness_lost' } as const;
    await written(store(), lost, { ...over, deploymentId: 'routed' }, { ...over, deploymentId: 'routed' });
    const told = ['readiness_lost', 'incident_over'].map((kind) => ['chat', '#ops', kind]);
    expect(await dueNow()).toEqual(told);
  });

  it('says that it is over once that is true of all that wanted a person there', async () => {
    const over = { ...info, kind: 'incident_over' } as const;
    const again = { ...over, ends: ['readiness_lost'] } as const;
    const asked = [
      { ...oncall, kind: 'rollback_suggested' },
      { ...info, kind: 'readiness_lost' },
    ] as const;
    await written(store(), ...asked, again, { ...over, ends: ['rollback_suggested'] });
    await written(store(), { ...over, ends: ['rollback_suggested', 'readiness_lost'] }, again);
    const told = await dueNow();
    expect(told.map(([, , kind]) => kind).filter((kind) => kind === 'incident_over')).toHaveLength(1);
  });

  it('says who is at it where somebody was called for that, which ends nothing', async () => {
    const taken = { ...info, kind: 'taken_on', ends: ['rollback_suggested'] } as const;
    await written(store(), taken, { ...oncall, kind: 'rollback_failed' }, taken);
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_failed']]);
    await written(store(), { ...oncall, kind: 'rollback_suggested' }, taken, taken);
    await written(store(), { ...info, kind: 'incident_over' }, taken);
    const kinds = ['rollback_suggested', 'taken_on', 'taken_on', 'incident_over'];
    expect(await dueNow()).toEqual(kinds.map((kind) => ['chat', '#ops', kind]));
  });

  it('goes on where it fell back, and gives what follows the fallback of its page', async () => {
    const { outbox } = store();
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    await outbox.failed(await taken(store()), { ...later, refused: true });
    await written(store(), { ...info, kind: 'rolling_back' });
    const insteadOf = { notifier: 'chat', to: '#ops', since: dayZero, refused: true, at: dayZero + 1 };
    const fallBack = async () => {
      const late = await outbox.late(chat, { refused: dayZero, failing: 0 }, dayZero + 1);
      for (const item of late) {
        const notification = { ...item.notification, insteadOf };
        await outbox.fallBack({ ...item, notification }, dayZero + 1, null);
      }
    };
    await fallBack();
    await fallBack();
    const [over] = await written(store(), { ...info, kind: 'rolled_back' });
    const hook = { notifier: 'hook' };
    const told: Notification[] = [];
    for (let items = await outbox.take('one', 20, longMs, hook); items[0]; ) {
      told.push(...items.map(({ notification }) => notification));
      for (const item of items) await outbox.delivered(item, null);
      items = await outbox.take('one', 20, longMs, hook);
    }
    expect(told.map(({ kind }) => kind)).toEqual(['rollback_suggested', 'rolling_back', 'rolled_back']);
    expect(told.at(-1)).toEqual({ ...over, insteadOf: { ...insteadOf, since: null } });
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

  it('knows of a place since when it has refused all that it is told, until something arrives', async () => {
    const { outbox } = store();
    await written(store(), {});
    await outbox.failed(await taken(store()), { ...later, at: dayZero });
    await outbox.failed(await another('d1'), { ...later, refused: true, at: dayZero + 1_000 });
    await outbox.failed(await another('d3'), { ...later, refused: true, at: dayZero + 2_000 });
    const item = await another('d4');
    expect(item).toMatchObject({ refusedSince: null, placeRefusedSince: dayZero + 1_000 });
    await outbox.delivered(item, null);
    expect(await another('d5')).toMatchObject({ placeRefusedSince: null });
  });

  it('forgets that of a place where nothing waits any more, an hour after the last was given up', async () => {
    const { outbox } = store();
    await written(store(), {});
    await outbox.failed(await taken(store()), { ...tried, refused: true });
    const given = await taken(store());
    expect(await outbox.giveUp(given, 'gone', event())).toBe(true);
    await outbox.failed(await another('d1'), { ...tried, at: dayZero + minute });
    const soon = await taken(store());
    expect(soon).toMatchObject({ placeRefusedSince: dayZero });
    expect(await outbox.giveUp(soon, 'gone', event())).toBe(true);
    await store().goBack(-61 * minute);
    await outbox.failed(await another('d3'), { ...tried, at: dayZero + 100 * minute });
    await outbox.failed(await taken(store()), { ...tried, refused: true, at: dayZero + 101 * minute });
    await outbox.failed(await taken(store()), { ...tried, refused: true, at: dayZero + 102 * minute });
    expect(await taken(store())).toMatchObject({ placeRefusedSince: dayZero + 101 * minute });
  });

  it('knows nothing of a place by its records: it may refuse those and take every page', async () => {
    const { outbox } = store();
    const record = { deploymentId: 'routed', kind: 'deployment_registered', urgency: 'info' } as const;
    await written(store(), record);
    const kept = await taken(store());
    await outbox.failed(kept, { ...later, refused: true });
    await written(store(), { deploymentId: 'routed' });
    const page = await taken(store());
    expect(page).toMatchObject({ placeRefusedSince: null });
    await outbox.failed(page, { ...later, at: dayZero + 30 * minute });
    const soon = { refused: dayZero + 28 * minute, failing: dayZero + 25 * minute };
    expect(await outbox.late(chat, soon, dayZero + 30 * minute)).toEqual([]);
    await outbox.delivered(kept, null);
    const after = { refused: dayZero + 30 * minute, failing: dayZero + 30 * minute };
    await written(store(), { deploymentId: 'routed-other' });
    await outbox.failed(await taken(store()), { ...later, at: dayZero + 60 * minute });
    expect(await outbox.late(chat, after, dayZero + 60 * minute)).toHaveLength(2);
  });

  it('takes pages, and what they wait for, before all else', async () => {
    const { outbox } = store();
    const info = { urgency: 'info' } as const;
    await written(store(), ...['a', 'b', 'c'].map((deploymentId) => ({ ...info, deploymentId })));
    const sent = await written(store(), { deploymentId: 'd1' }, info, {});
    const items = await outbox.take('one', 2, longMs, chat);
    expect(keys(items)).toEqual(sent.slice(0, 2).map((one) => one.key));
  });

  /** The one message of another incident. */
  async function another(deploymentId: string): Promise<OutboxItem> {
    await written(store(), { deploymentId });
    return taken(store());
  }

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
  const page = { deploymentId: 'routed', urgency: 'page' } as const;

  /** Tells the fallback of all that is late; their titles. */
  async function fallBack(at = trouble, choice = chat): Promise<string[]> {
    const { outbox } = store();
    const late = await outbox.late(choice, at, dayZero + 1);
    for (const item of late) {
      expect(await outbox.fallBack(item, dayZero + 1, null)).toBe(true);
      expect(await outbox.fallBack(item, dayZero + 1, null)).toBe(false);
    }
    return late.map(({ notification }) => notification.title);
  }

  async function deliveredTo(choice: { notifier: string }): Promise<string[]> {
    const { outbox } = store();
    const titles: string[] = [];
    for (let items = await outbox.take('one', 1, longMs, choice); items[0]; ) {
      titles.push(items[0].notification.title);
      await outbox.delivered(items[0], null);
      items = await outbox.take('one', 1, longMs, choice);
    }
    return titles;
  }

  it('tells the fallback of a page whose place is in trouble, with what was to be told before it and what follows, once', async () => {
    const { outbox } = store();
    const sent = await written(store(), info, page, info);
    const [before = '', woken = '', after = ''] = sent.map(({ title }) => title);
    expect(await fallBack()).toEqual([]);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    expect(await fallBack({ ...trouble, refused: dayZero - 1 })).toEqual([]);
    expect(await fallBack(trouble, hook)).toEqual([]);
    const [late] = await outbox.late(chat, trouble, dayZero + 1);
    expect(late).toMatchObject({ notifier: 'chat', to: '#ops', notification: sent[0] });
    expect(late?.trouble).toEqual({ since: dayZero, refused: true, reason: 'HTTP 503' });
    expect(await fallBack()).toEqual([before, woken]);
    expect(await fallBack()).toEqual([after]);
    expect(await fallBack()).toEqual([]);
    expect(await deliveredTo(hook)).toEqual([before, woken, after]);
  });

  it('tells whoever was told of a page how it goes on, though that has no fallback of its own', async () => {
    const { outbox } = store();
    const rest = { deploymentId: 'routed-pages', urgency: 'info' } as const;
    const woken = { ...rest, urgency: 'page', kind: 'rollback_suggested' } as const;
    const sent = await written(
      store(),
      { ...rest, kind: 'rolling_back' },
      woken,
      { ...rest, kind: 'rolling_back' },
      { ...rest, kind: 'rolled_back' },
    );
    const [, ...told] = sent.map(({ title }) => title);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    expect(await fallBack()).toEqual(told.slice(0, 1));
    expect(await fallBack()).toEqual(told.slice(1));
    expect(await fallBack()).toEqual([]);
    expect(await deliveredTo(hook)).toEqual(told);
  });

  it('tells them also where the page was given up, whoever was told then', async () => {
    const { outbox } = store();
    const rest = { deploymentId: 'routed-pages', urgency: 'info', kind: 'rolled_back' } as const;
    await written(store(), { ...rest, urgency: 'page', kind: 'rollback_suggested' }, rest);
    const page = await taken(store());
    const fallback = [{ notifier: 'hook', to: '#found' }];
    expect(await outbox.giveUp({ ...page, fallback }, 'gone', event())).toBe(true);
    const next = await taken(store());
    expect(next).toMatchObject({ follows: true, fallback });
    expect(await outbox.fallBack(next, dayZero + 1, null)).toBe(true);
    expect(await deliveredTo(hook)).toHaveLength(2);
  });

  it('tells it at once of a page for a place that is in trouble, whatever with, as soon as it was tried', async () => {
    const { outbox } = store();
    await written(store(), info);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    const [told] = await written(store(), { ...page, deploymentId: 'routed-other' });
    expect(await fallBack()).toEqual([]);
    await outbox.failed(await taken(store()), { ...later, at: dayZero + 60 * minute });
    const [late] = await outbox.late(chat, trouble, dayZero + 1);
    expect(late).toMatchObject({ notification: told, trouble: { since: dayZero, refused: true } });
    await written(store(), { ...page, deploymentId: 'routed-third' });
    await outbox.delivered(await taken(store()), null);
    expect(await fallBack()).toEqual([]);
  });

  it('writes that it does so with it, in the words in which it is told there', async () => {
    const { outbox } = store();
    await written(store(), page);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    const [late] = await outbox.late(chat, trouble, dayZero + 1);
    if (!late) throw new Error('one was expected');
    const told = event({ type: 'notification.fell-back', deploymentId: 'routed', runId: 'r1' });
    const insteadOf = { notifier: 'chat', to: '#ops', since: dayZero, refused: true, at: dayZero + 1 };
    const notification = { ...late.notification, insteadOf };
    expect(await outbox.fallBack({ ...late, notification }, dayZero + 1, told)).toBe(true);
    expect(await outbox.fallBack({ ...late, notification }, dayZero + 1, told)).toBe(false);
    const events = await store().events();
    expect(events.filter(({ type }) => type === told.type)).toHaveLength(1);
    expect(await taken(store(), hook)).toMatchObject({ notification, fallback: [], follows: false });
  });

  it('goes on with the place itself, and tells nobody twice when it is given up', async () => {
    const { outbox } = store();
    await written(store(), page);
    await outbox.failed(await taken(store()), { ...tried, at: dayZero - 5 * minute });
    const [late] = await outbox.late(chat, trouble, dayZero + 1);
    expect(late?.trouble).toEqual({ since: dayZero - 5 * minute, refused: false, reason: 'HTTP 503' });
    expect(await fallBack()).toHaveLength(1);
    const items = await outbox.take('one', 10, longMs, chat);
    expect(items.map(({ to, fellBackAt }) => [to, fellBackAt])).toEqual([
      ['#ops', dayZero + 1],
      ['#all', null],
    ]);
    const [item] = items;
    if (item) expect(await outbox.giveUp(item, 'gone', event())).toBe(true);
    expect(await outbox.take('one', 10, longMs, all)).toMatchObject([{ notifier: 'hook' }]);
  });

  it('knows of what follows that the fallback was told of the incident, whatever became of it at the place', async () => {
    const { outbox } = store();
    await written(store(), page);
    await outbox.failed(await taken(store()), { ...tried, at: dayZero - 5 * minute });
    expect(await fallBack()).toHaveLength(1);
    await deliveredTo(chat);
    const [second] = await written(store(), info);
    const [item, elsewhere] = await outbox.take('one', 10, longMs, chat);
    expect(item).toMatchObject({ to: '#ops', notification: second, follows: true });
    expect(elsewhere).toMatchObject({ to: '#all', notification: second, follows: false });
    if (item) expect(await outbox.fallBack(item, dayZero + 1, null)).toBe(true);
    expect(await deliveredTo(hook)).toHaveLength(2);
  });

  it('knows so too of what follows one that was given up', async () => {
    const { outbox } = store();
    await written(store(), info, info);
    const first = await taken(store());
    expect(first).toMatchObject({ follows: false });
    expect(await outbox.giveUp(first, 'gone', event())).toBe(true);
    const items = await outbox.take('one', 10, longMs, chat);
    expect(items.map(({ to, follows }) => [to, follows])).toEqual([
      ['#ops', true],
      ['#all', false],
    ]);
  });

  it('says of a page that has no fallback that it is late, once, and of nothing beside it', async () => {
    const { outbox } = store();
    await written(store(), { urgency: 'info' }, {});
    await deliveredTo(hook);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    const late = await outbox.late(chat, trouble, dayZero + 1);
    expect(late.map(({ notification, fallback }) => [notification.urgency, fallback])).toEqual([
      ['page', []],
    ]);
    const told = event({ type: 'notification.late' });
    for (const item of late) expect(await outbox.fallBack(item, dayZero + 1, told)).toBe(true);
    expect(await outbox.late(chat, trouble, dayZero + 1)).toEqual([]);
    expect(await outbox.take('one', 10, longMs, hook)).toEqual([]);
  });

  it('gives of what no notifier here is for that which nobody has sent for long', async () => {
    const { outbox } = store();
    await written(store(), page);
    const unknown = { noneOf: ['hook'], waitedMs: 300 };
    expect(await outbox.late(unknown, trouble, dayZero + 1)).toEqual([]);
    expect(await outbox.take('one', 10, longMs, unknown)).toEqual([]);
    await store().pass(350);
    expect(await outbox.late({ ...unknown, noneOf: ['chat'] }, trouble, dayZero + 1)).toEqual([]);
    expect(await outbox.late(unknown, trouble, dayZero + 1)).toMatchObject([
      { notifier: 'chat', trouble: { refused: false } },
    ]);
    const [item] = await outbox.take('one', 10, longMs, unknown);
    expect(item).toMatchObject({ notifier: 'chat', attempts: 1 });
    if (item) await outbox.failed(item, tried);
    expect(await outbox.take('one', 10, longMs, unknown)).toEqual([]);
  });

  it('lets what wakes nobody wait for its own place', async () => {
    const { outbox } = store();
    await written(store(), info);
    await outbox.failed(await taken(store()), { ...later, refused: true });
    expect(await fallBack()).toEqual([]);
  });
}
