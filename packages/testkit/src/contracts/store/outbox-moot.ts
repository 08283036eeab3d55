import type { Notification, OutboxItem } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { dayZero } from '../../scenario/builders.ts';
import { chat, hook, later, longMs, taken, tried, written } from './outbox-messages.ts';
import { event, type StoreUnderTest } from './store-under-test.ts';

/** A page that waits for its place while what it is about is over, or somebody is at it: nobody is woken for that. */
export function describeMoot(store: () => StoreUnderTest): void {
  const oncall = { deploymentId: 'routed-oncall' } as const;
  const info = { ...oncall, urgency: 'info' } as const;
  const page = { ...oncall, kind: 'rollback_suggested', urgency: 'page' } as const;
  const ends = ['rollback_suggested'] as const;
  const over = { ...info, kind: 'incident_over', ends } as const;
  const takenOn = { ...info, kind: 'taken_on', ends } as const;
  const inTrouble = { refused: dayZero + 1, failing: dayZero + 1 };

  /** A page that its place has refused. */
  async function refused(how = later): Promise<OutboxItem> {
    await written(store(), page);
    const item = await taken(store());
    await store().outbox.failed(item, { ...how, refused: true });
    return item;
  }
  const by = (one: Notification | undefined) => ({ key: one?.key });
  const closed = ({ passes }: OutboxItem) => passes.map(({ id }) => ({ id, event: event() }));

  it.each([
    ['it is over', over],
    ['it was rolled back', { ...info, kind: 'rolled_back' }],
    ['somebody is at it', takenOn],
  ] as const)('is not sent once %s: that is told at once, and closes it', async (_name, next) => {
    const { outbox } = store();
    const first = await refused();
    const [told] = await written(store(), next);
    const item = await taken(store());
    expect(item).toMatchObject({ notification: by(told), passes: [{ id: first.id, isTried: true }] });
    await outbox.failed(item, tried);
    const again = await taken(store());
    expect(again).toMatchObject({ id: item.id, passes: [{ id: first.id }] });
    await outbox.delivered(again, { thread: '1' }, closed(again));
    const [anew] = await written(store(), page);
    expect(await taken(store())).toMatchObject({
      notification: by(anew),
      passes: [],
      earlier: { thread: '1' },
    });
  });

  it('is not sent where nobody has tried it yet, and its place is told that nothing is to be done', async () => {
    const [, told] = await written(store(), page, over);
    const item = await taken(store());
    expect(item).toMatchObject({ notification: by(told), passes: [{ isTried: false }] });
    await store().outbox.delivered(item, null, closed(item));
    expect(await store().outbox.take('one', 10, longMs, chat)).toEqual([]);
  });

  it('goes to no fallback, and what ends it neither; a page after it does, with what came between', async () => {
    const { outbox } = store();
    await refused();
    const [late] = await outbox.late(chat, inTrouble, dayZero + 1);
    if (!late) throw new Error('one was expected');
    await written(store(), takenOn);
    expect(await outbox.late(chat, inTrouble, dayZero + 1)).toEqual([]);
    // Whoever looked before it was moot.
    expect(await outbox.fallBack(late, dayZero + 1, null)).toBe(false);
    expect(await outbox.take('one', 10, longMs, hook)).toEqual([]);
    await written(store(), page);
    const both = await outbox.late(chat, inTrouble, dayZero + 1);
    expect(both.map(({ notification: { kind } }) => kind)).toEqual(['taken_on', 'rollback_suggested']);
  });

  it('loses nothing: a page that comes after the end is sent, also where the end does not arrive', async () => {
    const { outbox } = store();
    await refused();
    const [end, anew] = await written(store(), over, page);
    for (let nr = 0; nr < 3; nr += 1) {
      const item = await taken(store());
      expect(item).toMatchObject({ notification: by(end) });
      await outbox.failed(item, { ...tried, refused: true });
    }
    const passing = await taken(store());
    expect(passing).toMatchObject({ notification: by(anew), passes: [{}, { notification: by(end) }] });
  });

  it('passes over what stands before it, which must not come behind what may have arrived', async () => {
    const { outbox } = store();
    const about = { deploymentId: 'routed' } as const;
    await written(store(), { ...info, ...about, kind: 'rollback_notice' });
    await written(store(), { ...page, ...about });
    for (let nr = 0; nr < 4; nr += 1) await outbox.failed(await taken(store()), { ...tried, refused: true });
    const passing = await taken(store());
    expect(passing).toMatchObject({ notification: { kind: 'rollback_suggested' } });
    await outbox.failed(passing, { ...tried, refused: true });
    const [end] = await written(store(), { ...over, ...about });
    const item = await taken(store());
    expect(item).toMatchObject({ notification: by(end), passes: [{ isTried: true }, { isTried: true }] });
    await outbox.delivered(item, null, closed(item));
    expect(await outbox.take('one', 10, longMs, chat)).toEqual([]);
  });

  it('is sent where what ended was something else', async () => {
    const { outbox } = store();
    const [failed, suggested] = await written(store(), { ...page, kind: 'rollout_failed' }, page);
    await written(store(), over, takenOn);
    const first = await taken(store());
    expect(first).toMatchObject({ notification: by(failed) });
    await outbox.delivered(first, null);
    const next = await taken(store());
    expect(next).toMatchObject({ notification: { kind: 'partly_over' } });
    expect(next.passes.map(({ notification }) => notification.key)).toEqual([suggested?.key]);
  });

  it('wakes nobody when what ended it was given up', async () => {
    const { outbox } = store();
    const first = await refused(tried);
    await written(store(), over);
    const end = await taken(store());
    expect(await outbox.giveUp({ ...end, fallback: [] }, 'gone', event())).toBe(true);
    expect(await outbox.late(chat, inTrouble, dayZero + 1)).toEqual([]);
    const left = await taken(store());
    expect(left).toMatchObject({ id: first.id, isMoot: true });
  });
}
