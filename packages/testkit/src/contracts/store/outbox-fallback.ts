import { expect, it } from 'vitest';
import { dayZero, minute } from '../../scenario/builders.ts';
import { all, chat, hook, later, longMs, taken, tried, written } from './outbox-messages.ts';
import { event, type StoreUnderTest } from './store-under-test.ts';

/** Who is told in the stead of a place that takes nothing. */
export function describeFallback(store: () => StoreUnderTest): void {
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
    const sent = await written(store(), { ...rest, kind: 'rolling_back' }, woken, {
      ...rest,
      kind: 'rolling_back',
    });
    await outbox.failed(await taken(store()), { ...later, refused: true });
    sent.push(...(await written(store(), { ...rest, kind: 'rolling_back' })));
    const [, ...told] = sent.map(({ title }) => title);
    expect(await fallBack()).toEqual(told.slice(0, 1));
    expect(await fallBack()).toEqual(told.slice(1));
    expect(await fallBack()).toEqual([]);
    expect(await deliveredTo(hook)).toEqual(told);
  });

  it('tells them also where the page was given up, whoever was told then', async () => {
    const { outbox } = store();
    const rest = { deploymentId: 'routed-pages', urgency: 'info', kind: 'rolled_back' } as const;
    await written(store(), { ...rest, urgency: 'page', kind: 'rollback_suggested' });
    const page = await taken(store());
    await written(store(), rest);
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
