import type { Outgoing } from '@lastgood/domain/notification/delivery';
import { messageOf } from '@lastgood/domain/notification/message';
import type { Notification } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Wire } from '../servers/wire.ts';

/** How the receiver of a notifier behaves from now on. */
export type ReceiverMood = 'accepts' | 'fails' | 'refuses';

/** A notifier and what its receiver saw. */
export interface NotifierWorld {
  notifier: Notifier;
  /** A notifier of the same kind whose receiver is not there. */
  deadNotifier: Notifier;
  behave(mood: ReceiverMood): void;
  /** What carries to that receiver, and back. */
  wire: Pick<Wire, 'behave'>;
  /** What was accepted, in order. */
  accepted(): { key: string; title: string }[];
  close(): Promise<void>;
}

export const exampleNotification: Notification = {
  key: 'run/7f3a/rolled_back',
  kind: 'rolled_back',
  urgency: 'info',
  at: 1_700_000_000_000,
  service: 'eu/shop/cart',
  deploymentId: 'd-42',
  runId: '7f3a',
  title: 'cart is back on release 41 – “checkout” works again',
  text: 'high_error_rate was 0.31 (limit 0.05) for 2 min.\nNext: look at release 42.',
  facts: {
    service: { name: 'cart', environment: 'production', team: 'shop' },
    from: { release: 42, version: 'v42', commit: '1f0c2a7' },
    to: { release: 41, version: 'v41', commit: '9b8d3e2' },
    versions: 'v42 → v41 (release 42 → 41)',
    trigger: {
      ...{ name: 'high_error_rate', value: 0.31, threshold: 0.05, comparison: 'greater_than' },
      ...{ unit: 'ratio', words: null, since: 1_699_999_880_000 },
    },
    next: null,
    plan: ['Undo the rollout of cart', 'Verify'],
    durationMs: 94_000,
  },
};

/** The example as it is given to a notifier. */
export function outgoing(
  over: Partial<Notification> = {},
  {
    to = null,
    earlier = null,
    again = false,
    ...rest
  }: Partial<Omit<Outgoing, 'notification' | 'message'>> = {},
): Outgoing {
  const notification = { ...exampleNotification, ...over };
  const message = messageOf(notification, 'https://lastgood.example');
  return { notification, message, to, earlier, ...(again ? { again } : {}), ...rest };
}

/**
 * What every notifier keeps, vendors and fakes alike.
 * @param over what its messages are, for one that does not tell of the example; `key` is theirs
 */
export function notifierContract(
  name: string,
  setUp: () => Promise<NotifierWorld>,
  over: (key: string) => Partial<Notification> = () => ({}),
): void {
  describe(`${name} keeps the contract of a notifier`, () => {
    let world: NotifierWorld;
    beforeAll(async () => {
      world = await setUp();
    });
    afterAll(() => world.close());

    const signal = () => new AbortController().signal;
    const notification = (key: string) => outgoing({ key, ...over(key) });
    const keys = () => world.accepted().map((each) => each.key);

    it('delivers, and the receiver sees the key and the title', async () => {
      world.behave('accepts');
      expect(await world.notifier.deliver(notification('a'), signal())).toMatchObject({ kind: 'delivered' });
      // More may stand beside it where a receiver shows one line.
      const title = expect.stringContaining(exampleNotification.title);
      expect(world.accepted().at(-1)).toEqual({ key: 'a', title });
    });

    it('delivers the same event under the same key', async () => {
      world.behave('accepts');
      await world.notifier.deliver(notification('twice'), signal());
      await world.notifier.deliver(notification('twice'), signal());
      expect(keys().slice(-2)).toEqual(['twice', 'twice']);
    });

    it('asks for another try when the receiver fails, and can be tried again', async () => {
      world.behave('fails');
      const delivery = await world.notifier.deliver(notification('later'), signal());
      expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/\w/) });
      expect(keys()).not.toContain('later');
      world.behave('accepts');
      expect(await world.notifier.deliver(notification('later'), signal())).toMatchObject({
        kind: 'delivered',
      });
    });

    it('says when it will never be taken', async () => {
      world.behave('refuses');
      const delivery = await world.notifier.deliver(notification('never'), signal());
      expect(delivery).toEqual({ kind: 'refused', reason: expect.stringMatching(/\w/) });
      expect(keys()).not.toContain('never');
    });

    it('asks for another try when nobody is there, and does not throw', async () => {
      const delivery = await world.deadNotifier.deliver(notification('dead'), signal());
      expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/\w/) });
    });

    /** A connection that broke may be found broken once more. */
    const arrives = async (key: string) => {
      world.wire.behave('carries');
      await expect
        .poll(async () => (await world.notifier.deliver(notification(key), signal())).kind, {
          timeout: 20_000,
        })
        .toBe('delivered');
      expect(keys()).toContain(key);
    };

    it('waits for no answer longer than it may, and can be tried again', async () => {
      world.behave('accepts');
      world.wire.behave('hangs');
      const delivery = await world.notifier.deliver(notification('hangs'), AbortSignal.timeout(200));
      expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/\w/) });
      expect(keys()).not.toContain('hangs');
      await arrives('hangs');
    });

    it('takes garbage neither for an answer nor for a refusal, and can be tried again', async () => {
      world.behave('accepts');
      world.wire.behave('garbles');
      const delivery = await world.notifier.deliver(notification('garbled'), signal());
      expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/\w/) });
      expect(keys()).not.toContain('garbled');
      await arrives('garbled');
    });

    it('tries again what was taken and of which the answer was lost', async () => {
      world.behave('accepts');
      world.wire.behave('loses');
      const before = world.accepted().length;
      const delivery = await world.notifier.deliver(notification('lost'), signal());
      expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/\w/) });
      expect(world.accepted().length).toBeGreaterThan(before);
      await arrives('lost');
    });

    it('asks for another try when it is called off', async () => {
      world.behave('accepts');
      const delivery = await world.notifier.deliver(notification('off'), AbortSignal.abort());
      expect(delivery).toMatchObject({ kind: 'retry' });
      expect(keys()).not.toContain('off');
    });
  });
}
