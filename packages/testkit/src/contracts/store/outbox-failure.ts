import type { OutboxItem } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { dayZero, minute } from '../../scenario/builders.ts';
import { all, chat, hook, keys, later, longMs, taken, tried, written } from './outbox-messages.ts';
import { event, type StoreUnderTest } from './store-under-test.ts';

/** What is known of a place that does not take what it is told. */
export function describeFailure(store: () => StoreUnderTest): void {
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
