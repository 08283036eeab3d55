import { expect, it } from 'vitest';
import { dayZero, minute } from '../../scenario/builders.ts';
import { chat, keys, later, longMs, taken, tried, written } from './outbox-messages.ts';
import { event, type StoreUnderTest } from './store-under-test.ts';

/** In which order what is said of one incident goes to a place. */
export function describeOrder(store: () => StoreUnderTest): void {
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
    expect(first).toMatchObject({
      notification: { ...held, heldBack: true },
      notBefore: dayZero + 60 * minute,
    });
    await outbox.failed(first, { ...tried, retryAt: dayZero + 20_000 });
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    await outbox.delivered(first, null);
    const second = await taken(store());
    expect(second).toMatchObject({ notification: page, notBefore: null });
    await outbox.delivered(second, null);
    // What follows a page is held back by nothing: it wakes nobody, and takes back what woke somebody.
    const last = await taken(store());
    expect(last).toMatchObject({ notification: after, notBefore: null });
    for (const { notification } of [second, last]) expect(notification).not.toHaveProperty('heldBack');
  });

  it('marks what comes behind what is held back, too: it is told no sooner', async () => {
    const { outbox } = store();
    const quiet = { deploymentId: 'routed-quiet', urgency: 'info' } as const;
    await written(store(), { ...quiet, kind: 'readiness_lost' }, { ...quiet, kind: 'incident_over' });
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
    await written(store(), { ...quiet, urgency: 'page' });
    const told: unknown[] = [];
    for (let nr = 0; nr < 3; nr += 1) {
      const item = await taken(store());
      told.push([item.notification.kind, item.notification.heldBack, item.notBefore !== null]);
      await outbox.delivered(item, null);
    }
    expect(told).toEqual([
      ['readiness_lost', true, true],
      ['incident_over', true, false],
      ['rollback_failed', undefined, false],
    ]);
  });
}
