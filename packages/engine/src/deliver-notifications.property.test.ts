import type { Delivery, Notification, Notifier, Outbox, Place } from '@lastgood/domain';
import { aService, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createNotificationDelivery } from './deliver-notifications.ts';

/** What a receiver does for a while. `lost`: it gets the message, and its answer does not arrive. */
const mood = fc.constantFrom('well', 'away', 'asks-to-wait', 'refuses', 'hangs', 'breaks', 'lost');
type Mood = typeof mood extends fc.Arbitrary<infer M> ? M : never;
const spell = fc.record({ mood, ms: fc.integer({ min: second, max: 20 * minute }) });
/** It stays as it is in the last of them. */
const receiver = fc.record({ spells: fc.array(spell, { maxLength: 4 }), last: mood });
type Receiver = typeof receiver extends fc.Arbitrary<infer R> ? R : never;

const story = fc.record({
  messages: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 10 * minute }),
      incident: fc.integer({ min: 0, max: 2 }),
      urgency: fc.constantFrom('page', 'info'),
      /** It is said again later, in other words. */
      again: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  left: receiver,
  right: receiver,
  /** What the fallback does before it works. */
  fallback: fc.array(spell, { maxLength: 3 }),
  /** Whether the sender dies before it can write that a message arrived, in turn. */
  dies: fc.array(fc.boolean(), { maxLength: 8 }),
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

/** Incident 0 is told to the left, 1 to the right, 2 to both. */
const placesOf = ({ deploymentId }: Notification): Place[] => {
  const [left, right] = [
    { notifier: 'left', to: null },
    { notifier: 'right', to: '#ops' },
  ];
  return deploymentId === 'd0' ? [left] : deploymentId === 'd1' ? [right] : [left, right];
};

interface Arrival {
  notifier: string;
  notification: Notification;
  at: number;
}

const leaseMs = 30 * second;
/** A page is told somewhere by then, where its fallback works: five minutes of trying, a look for late pages, a hang. */
const pageWithinMs = 6 * minute;

function notifierOf(
  name: string,
  { spells, last }: Receiver,
  now: () => number,
  arrived: Arrival[],
): Notifier {
  const moodNow = (): Mood => {
    let until = dayZero;
    for (const one of spells) {
      until += one.ms;
      if (now() < until) return one.mood;
    }
    return last;
  };
  return {
    ...{ name, hears: 'people' },
    async deliver({ notification }, signal): Promise<Delivery> {
      const mood = moodNow();
      if (mood === 'well' || mood === 'lost') arrived.push({ notifier: name, notification, at: now() });
      if (mood === 'well') return { kind: 'delivered', receipt: { key: notification.key } };
      if (mood === 'refuses') return { kind: 'refused', reason: 'invalid_auth' };
      if (mood === 'breaks') throw new Error('bug');
      if (mood === 'hangs') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { kind: 'retry', reason: mood, afterMs: mood === 'asks-to-wait' ? 1e12 : null };
    },
  };
}

async function play({ messages, left, right, fallback, dies }: Story) {
  const rest = { notBefore: null, fallback: [{ notifier: 'fallback', to: null }] };
  const engine = createTestEngine({
    notifiers: ['left', 'right', 'fallback'],
    route: (notification) => placesOf(notification).map((place) => ({ ...place, ...rest })),
  });
  const { time, store } = engine;
  await store.services.apply(aService(), 'test', dayZero);
  const arrived: Arrival[] = [];
  const all: [string, Receiver][] = [
    ['left', left],
    ['right', right],
    ['fallback', { spells: fallback, last: 'well' }],
  ];
  const deaths = [...dies];
  const outbox: Outbox = {
    ...store.outbox,
    async delivered(...arrived) {
      if (deaths.shift()) throw new Error('the sender died');
      await store.outbox.delivered(...arrived);
    },
  };
  const notifiers = all.map(([name, how]) => notifierOf(name, how, time.now, arrived));
  const senders = ['one', 'two'].map((replica) =>
    createNotificationDelivery({
      ...{ outbox, notifiers, clock: time.clock, replica, publicUrl: null },
      ...{ batch: 2, leaseMs, deliverWithinMs: 10 * second },
    }),
  );
  /** Whether something was sent, or went elsewhere: that is due at once. */
  const sendAll = async () => {
    const before = store.world.outbox.length;
    let isOver = false;
    const sent = Promise.all(
      senders.flatMap((sender) => notifiers.map(({ name }) => sender.deliverDue(name, engine.forever))),
    ).finally(() => {
      isOver = true;
    });
    await time.runUntil(time.now() + 12 * second, () => isOver);
    return (await sent).some((count) => count > 0) || store.world.outbox.length > before;
  };

  /** To when something is due, or a page may have to go elsewhere; false when nothing will ever be. */
  const passOn = async (before: number) => {
    const waiting = store.world.outbox.filter(({ status }) => status === 'pending');
    const due = waiting.map(({ nextAt, leaseUntil, fellBackAt, notification }) =>
      Math.min(
        Math.max(nextAt, leaseUntil ?? 0),
        notification.urgency === 'page' && fellBackAt === null ? time.now() + 15 * second : before,
      ),
    );
    const next = Math.min(before, ...due.filter((at) => at > time.now()));
    if (waiting.length === 0 && before === Number.POSITIVE_INFINITY) return false;
    await time.runUntil(Number.isFinite(next) ? next : time.now() + second);
    return true;
  };
  const sendUntil = async (before: number) => {
    while (time.now() < before) {
      while (await sendAll());
      if (!(await passOn(before))) return;
    }
  };

  const told: Notification[] = [];
  for (const [index, { afterMs, incident, urgency, again }] of messages.entries()) {
    await sendUntil(time.now() + afterMs);
    const notification: Notification = {
      ...{ key: `key/${index}`, kind: 'rollback_failed', urgency, at: time.now(), service: 'main/shop/web' },
      ...{ deploymentId: `d${incident}`, runId: null, title: `message ${index}`, text: 'as it was' },
    };
    told.push(notification);
    await engine.commit({ notifications: [notification] });
    if (again) await engine.commit({ notifications: [{ ...notification, text: 'in other words' }] });
  }
  await sendUntil(Number.POSITIVE_INFINITY);
  return { told, arrived, store, engine };
}

function isInOrder(arrived: readonly Arrival[], told: readonly Notification[]): boolean {
  const places = arrived.map(({ notification }) => told.findIndex(({ key }) => key === notification.key));
  return places.every((place, index) => index === 0 || place >= (places[index - 1] ?? 0));
}

it('arrives at its place or at the fallback, in order, in the same words, whatever receivers and senders do', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (given) => {
      const { told, arrived, store, engine } = await play(given);
      expect(store.world.outbox.filter(({ status }) => status === 'pending')).toEqual([]);
      const isOvertaken = (notifier: string, key: string) =>
        store.world.outbox.some(
          (row) => row.notifier === notifier && row.notification.key === key && row.status === 'overtaken',
        );
      for (const [index, one] of told.entries())
        for (const { notifier } of placesOf(one)) {
          // Where it was overtaken, a later one of the incident arrived in its stead.
          const later = told.slice(index).filter(({ deploymentId }) => deploymentId === one.deploymentId);
          const such = arrived.filter(
            (at) =>
              [notifier, 'fallback'].includes(at.notifier) &&
              (isOvertaken(at.notifier, one.key) ? later : [one]).some(
                ({ key }) => key === at.notification.key,
              ),
          );
          expect(such).not.toEqual([]);
          // A sender that dies holds what it claimed, and what waits behind that, for its lease.
          const heldMs = leaseMs * given.dies.filter(Boolean).length;
          if (one.urgency === 'page' && given.fallback.length === 0)
            expect(Math.min(...such.map(({ at }) => at))).toBeLessThan(one.at + pageWithinMs + heldMs);
        }
      for (const { notification: arrivedSo } of arrived) {
        const { insteadOf: _why, ...notification } = arrivedSo;
        expect(notification).toEqual(told.find(({ key }) => key === notification.key));
      }
      // Of what is told in two places each has its own order, and what falls back from both comes as it falls.
      for (const notifier of ['left', 'right', 'fallback'])
        for (const incident of notifier === 'fallback' ? ['d0', 'd1'] : ['d0', 'd1', 'd2']) {
          const there = arrived.filter(
            (one) => one.notifier === notifier && one.notification.deploymentId === incident,
          );
          expect(there).toSatisfy((all: Arrival[]) => isInOrder(all, told));
        }
      const overtaken = store.world.outbox.filter(({ status }) => status === 'overtaken');
      expect(engine.events('notification.overtaken')).toHaveLength(overtaken.length);
      const failed = store.world.outbox.filter(({ status }) => status === 'failed');
      expect(engine.events('notification.failed')).toHaveLength(failed.length);
    }),
    { numRuns: 40 },
  );
}, 120_000);
