import { type Notification, type Notifier, type Outgoing, routeBy } from '@lastgood/domain';
import { createInMemoryNotifier, type InMemoryNotifier } from '@lastgood/testkit/fakes/in-memory-notifier';
import { aService, dayZero } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { createNotificationDelivery } from './deliver-notifications.ts';

const notification: Notification = {
  key: 'run/r1/rollback_failed/1',
  kind: 'rollback_failed',
  urgency: 'page',
  at: dayZero,
  service: 'main/shop/web',
  deploymentId: 'd2',
  runId: 'r1',
  title: 'web',
  text: 'It stopped.',
};

let engine: TestEngine;
let notifier: InMemoryNotifier;
beforeEach(async () => {
  engine = createTestEngine();
  notifier = createInMemoryNotifier('hook');
  await engine.store.services.apply(aService(), 'test', dayZero);
  await engine.commit({ notifications: [notification] });
});

const delivery = (notifiers: readonly Notifier[] = [notifier]) =>
  createNotificationDelivery({
    outbox: engine.store.outbox,
    notifiers,
    clock: engine.time.clock,
    replica: 'one',
    publicUrl: null,
    batch: 10,
    leaseMs: 30_000,
    deliverWithinMs: 10_000,
  });
const row = () => engine.store.world.outbox[0];

describe('what leaves the engine', () => {
  it('is delivered once when all goes well', async () => {
    expect(await delivery().deliverDue('hook', engine.forever)).toBe(1);
    await engine.time.pass(86_400_000);
    expect(await delivery().deliverDue('hook', engine.forever)).toBe(0);
    expect(notifier.delivered).toEqual([notification]);
  });

  it('is one however often it is said', async () => {
    await engine.commit({ notifications: [notification] });
    expect(engine.store.world.outbox).toHaveLength(1);
  });

  it('is tried again with a growing distance until it arrives', async () => {
    notifier.failNext(3);
    const at: number[] = [];
    for (let attempts = 0; row()?.status === 'pending'; attempts = notifier.attempts) {
      await delivery().deliverDue('hook', engine.forever);
      if (notifier.attempts > attempts) at.push(engine.time.now() - dayZero);
      await engine.time.pass(500);
    }
    expect(at).toEqual([0, 1_000, 3_000, 7_000]);
    expect(notifier.delivered).toHaveLength(1);
  });

  it('tells who of a place was missed alone, tried and given up as any other, and those who have it nothing twice', async () => {
    const fallback = [{ notifier: 'pager', to: null }];
    engine = createTestEngine({ route: () => [{ notifier: 'hook', to: null, notBefore: null, fallback }] });
    await engine.store.services.apply(aService(), 'test', dayZero);
    await engine.commit({ notifications: [notification] });
    const told: (string | null)[] = [];
    const reason = '550 No such mailbox.';
    const mail: Notifier = {
      ...{ name: 'hook', hears: 'people' },
      async deliver({ to }) {
        told.push(to);
        if (to !== null) return { kind: 'refused', reason };
        return { kind: 'delivered', receipt: { first: '1' }, missed: [{ to: 'oncall', reason }] };
      },
    };
    const pager = createInMemoryNotifier('pager');
    for (let pass = 0; pass < 80; pass += 1) {
      await delivery([mail, pager]).deliverDue('hook', engine.forever);
      await engine.time.pass(60_000);
    }
    expect(told.filter((to) => to === null)).toHaveLength(1);
    expect(new Set(told)).toEqual(new Set([null, 'oncall']));
    const [event, ...more] = engine.events('notification.failed');
    expect(more).toEqual([]);
    expect(event?.text).toContain('did not reach hook (oncall) and is given up: refused');
    await delivery([mail, pager]).deliverDue('pager', engine.forever);
    expect(pager.delivered).toMatchObject([notification]);
  });

  it('tells everybody of a place everything once and in order, though one of them is put off for a while', async () => {
    const told: Record<string, string[]> = { ops: [], oncall: [] };
    const saidOf: unknown[] = [];
    let isPutOff = true;
    const mail: Notifier = {
      ...{ name: 'hook', hears: 'people' },
      async deliver({ notification: { kind }, to, apart = [], notReached = [] }) {
        const given = (to === null ? ['ops', 'oncall'] : [to]).filter((one) => !apart.includes(one));
        const missed = given
          .filter((one) => one === 'oncall' && isPutOff)
          .map((one) => ({ to: one, reason: '450' }));
        if (missed.length === given.length) return { kind: 'retry', reason: '450', afterMs: null };
        for (const one of given) if (one !== missed[0]?.to) told[one]?.push(kind);
        if (to === null) saidOf.push(...notReached);
        return { kind: 'delivered', receipt: { first: '1' }, missed };
      },
    };
    const hook = delivery([mail]);
    const pass = async (forMs: number) => {
      for (const until = engine.time.now() + forMs; engine.time.now() < until; await engine.time.pass(1_000))
        while ((await hook.deliverDue('hook', engine.forever)) > 0);
    };
    const say = (kind: Notification['kind']) =>
      engine.commit({ notifications: [{ ...notification, key: kind, kind, urgency: 'info' }] });
    await pass(20_000);
    await say('rolling_back');
    await pass(1_000);
    isPutOff = false;
    await pass(60_000);
    await say('rollback_notice');
    await say('rolled_back');
    await pass(60_000);
    const all = ['rollback_failed', 'rolling_back', 'rollback_notice', 'rolled_back'];
    expect(told).toEqual({ ops: all, oncall: all });
    expect(saidOf).toEqual([{ to: 'oncall', reason: '450' }]);
  });

  it.each([
    ['is told whole to whoever was woken in a place’s stead, though no route names a fallback', 13],
    ['is told to nobody in its stead where all is over by then', 0],
  ])('%s', async (_name, passesBefore) => {
    const [chat, pager] = [createInMemoryNotifier('chat'), createInMemoryNotifier('pager')];
    const routing = {
      notifiers: [chat, pager].map(({ name }) => ({ name, hears: 'people' as const })),
      routes: [{ to: [{ notifier: 'chat' }] }],
    };
    engine = createTestEngine({ route: routeBy(routing) });
    await engine.store.services.apply(aService(), 'test', dayZero);
    const rest = { ...notification, urgency: 'info' } as const;
    await engine.commit({ notifications: [notification] });
    await engine.commit({ notifications: [{ ...rest, key: 'begins', kind: 'rolling_back' }] });
    chat.failNext(Number.POSITIVE_INFINITY, { kind: 'refused', reason: 'token_revoked' });
    const sending = delivery([chat, pager]);
    for (let pass = 0; pass < 33; pass += 1) {
      if (pass === passesBefore)
        await engine.commit({ notifications: [{ ...rest, key: 'ends', kind: 'rolled_back' }] });
      for (const name of ['chat', 'pager']) while ((await sending.deliverDue(name, engine.forever)) > 0);
      await engine.time.pass(10_000);
    }
    const kinds = pager.delivered.map(({ kind }) => kind);
    expect(kinds).toEqual(passesBefore > 0 ? ['rollback_failed', 'rolling_back', 'rolled_back'] : []);
  });

  it('is told apart from what was never tried: it may have arrived', async () => {
    const again: (boolean | undefined)[] = [];
    const forgetful = {
      ...notifier,
      deliver: async (outgoing: Outgoing, signal: AbortSignal) => {
        again.push(outgoing.again);
        return notifier.deliver(outgoing, signal);
      },
    };
    notifier.failNext(2);
    for (let pass = 0; pass < 3; pass += 1) {
      await delivery([forgetful]).deliverDue('hook', engine.forever);
      await engine.time.pass(10_000);
    }
    expect(again).toEqual([undefined, true, true]);
  });

  it('waits as long as the receiver asks for', async () => {
    notifier.failNext(1, { kind: 'retry', reason: '429', afterMs: 60_000 });
    await delivery().deliverDue('hook', engine.forever);
    await engine.time.pass(59_999);
    expect(await delivery().deliverDue('hook', engine.forever)).toBe(0);
    await engine.time.pass(1);
    expect(await delivery().deliverDue('hook', engine.forever)).toBe(1);
  });

  it.each([86_400_000, 1e23, Number.POSITIVE_INFINITY, Number.NaN, -5])(
    'is tried again within ten minutes though the receiver asks to wait %d ms',
    async (afterMs) => {
      notifier.failNext(1, { kind: 'retry', reason: '429', afterMs });
      await delivery().deliverDue('hook', engine.forever);
      await engine.time.pass(10 * 60_000);
      expect(await delivery().deliverDue('hook', engine.forever)).toBe(1);
      expect(notifier.delivered).toHaveLength(1);
    },
  );

  it('is not held up by another one whose outcome cannot be written', async () => {
    await engine.commit({ notifications: [{ ...notification, key: 'sick', deploymentId: 'd1' }] });
    const { outbox } = engine.store;
    const sick = engine.store.world.outbox[1]?.id;
    const faults: unknown[] = [];
    const sending = createNotificationDelivery({
      outbox: {
        ...outbox,
        delivered: async (item, receipt) => {
          if (item.id === sick) throw new Error('out of range');
          await outbox.delivered(item, receipt);
        },
      },
      notifiers: [notifier],
      clock: engine.time.clock,
      replica: 'one',
      publicUrl: null,
      batch: 10,
      leaseMs: 30_000,
      deliverWithinMs: 10_000,
      onFault: (error) => faults.push(error),
    });
    expect(await sending.deliverDue('hook', engine.forever)).toBe(2);
    expect(engine.store.world.outbox.map(({ status }) => status)).toEqual(['delivered', 'pending']);
    expect(faults).toHaveLength(1);
  });

  it('is given up after a day, and stays visible', async () => {
    notifier.failNext();
    for (let hours = 0; hours <= 25; hours += 1) {
      await delivery().deliverDue('hook', engine.forever);
      await engine.time.pass(3_600_000);
    }
    expect(row()).toMatchObject({ status: 'failed', lastError: 'told to fail' });
  });

  it('is given up when nobody of that name is there any more, once no replica has sent it for 15 minutes', async () => {
    await engine.time.pass(899_999);
    expect(await delivery([]).deliverDue(null, engine.forever)).toBe(0);
    await engine.time.pass(1);
    expect(await delivery([]).deliverDue(null, engine.forever)).toBe(1);
    expect(row()).toMatchObject({ status: 'failed' });
    const text =
      '“web” did not reach hook and is given up: no notifier named hook is configured any more. ' +
      'Add hook to notifiers in the configuration again, or route it elsewhere. There is no fallback: nobody else is told.';
    expect(engine.events('notification.failed')).toMatchObject([{ text, deploymentId: 'd2', runId: 'r1' }]);
  });

  it('is left to a replica that knows its notifier, and told to who is there when none has sent it for two minutes', async () => {
    const mail = createInMemoryNotifier('mail');
    notifier.failNext(1);
    await delivery().deliverDue('hook', engine.forever);
    const older = delivery([mail]);
    await engine.time.pass(119_000);
    await older.deliverDue(null, engine.forever);
    expect(engine.store.world.outbox).toHaveLength(1);
    await engine.time.pass(11_000);
    await older.deliverDue(null, engine.forever);
    await older.deliverDue('mail', engine.forever);
    expect(mail.delivered).toMatchObject([{ key: notification.key }]);
    const text =
      '“web” does not reach hook: it waits since 12:00:00 UTC (2 min 10 s): No notifier named hook is known here. ' +
      'It goes to mail besides. It still waits for a replica that knows that notifier.';
    expect(engine.events('notification.fell-back')).toMatchObject([{ text }]);
    await delivery().deliverDue('hook', engine.forever);
    expect(notifier.delivered).toHaveLength(1);
  });

  it('is not said to go to whoever was told of it anyway, where its notifier has another name by now', async () => {
    engine = createTestEngine({ notifiers: ['hook', 'mail'] });
    await engine.store.services.apply(aService(), 'test', dayZero);
    await engine.commit({ notifications: [notification] });
    const renamed = delivery([createInMemoryNotifier('mail')]);
    await engine.time.pass(130_000);
    await renamed.deliverDue(null, engine.forever);
    const text =
      '“web” does not reach hook: it waits since 12:00:00 UTC (2 min 10 s): No notifier named hook is known here. ' +
      'Nobody is told besides: it goes to mail anyway. It still waits for a replica that knows that notifier.';
    expect(engine.events('notification.late')).toMatchObject([{ text }]);
    expect(engine.events('notification.fell-back')).toEqual([]);
    const grown = delivery([createInMemoryNotifier('mail'), createInMemoryNotifier('pager')]);
    await engine.commit({ notifications: [{ ...notification, key: 'another', deploymentId: 'd3' }] });
    await engine.time.pass(130_000);
    await grown.deliverDue(null, engine.forever);
    expect(engine.events('notification.fell-back')[0]?.text).toContain('It goes to pager besides.');
  });

  it('survives a notifier that breaks, and one that never answers', async () => {
    notifier.deliver = async () => {
      throw new Error('bug');
    };
    await delivery().deliverDue('hook', engine.forever);
    expect(row()).toMatchObject({ status: 'pending', lastError: 'unexpected: bug' });
    notifier.deliver = (_notification, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'retry', reason: 'too slow', afterMs: null })),
      );
    await engine.time.pass(2_000);
    const announced = delivery().deliverDue('hook', engine.forever);
    await engine.time.pass(10_000);
    expect(await announced).toBe(1);
    expect(row()).toMatchObject({ status: 'pending', lastError: 'too slow', attempts: 2 });
  });

  it('is kept with no more of what a receiver said than a few lines', async () => {
    notifier.failNext(1, { kind: 'retry', reason: 'x'.repeat(100_000), afterMs: null });
    await delivery().deliverDue('hook', engine.forever);
    expect(row()?.lastError).toHaveLength(1_000);
  });

  it('is tried again though its notifier does not heed that its time is over', async () => {
    notifier.deliver = () => new Promise(() => {});
    const announced = delivery().deliverDue('hook', engine.forever);
    await engine.time.pass(11_000);
    expect(await announced).toBe(1);
    expect(row()).toMatchObject({ status: 'pending', lastError: 'hook did not end when its time was over.' });
  });

  it('reaches one receiver while another accepts and never answers', async () => {
    engine = createTestEngine({ notifiers: ['mute', 'hook'] });
    await engine.store.services.apply(aService(), 'test', dayZero);
    const mute = createInMemoryNotifier('mute');
    mute.deliver = (_notification, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'retry', reason: 'too slow', afterMs: null })),
      );
    for (let n = 0; n < 30; n += 1)
      await engine.commit({ notifications: [{ ...notification, key: `key-${n}`, deploymentId: `d${n}` }] });
    const both = delivery([mute, notifier]);
    const waiting = both.deliverDue('mute', engine.forever);
    while ((await both.deliverDue('hook', engine.forever)) > 0);
    expect(notifier.delivered).toHaveLength(30);
    await engine.time.pass(10_000);
    expect(await waiting).toBe(10);
  });

  it('is taken by one sender at a time, and by another when that one died', async () => {
    expect(await engine.store.outbox.take('one', 10, 30_000, { noneOf: [] })).toHaveLength(1);
    expect(await engine.store.outbox.take('two', 10, 30_000, { noneOf: [] })).toEqual([]);
    await engine.time.pass(30_000);
    expect(await engine.store.outbox.take('two', 10, 30_000, { noneOf: [] })).toHaveLength(1);
  });
});
