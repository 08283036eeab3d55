import { expect, it } from 'vitest';
import { exampleNotification, notifierContract, outgoing } from '../contracts/notifier.ts';
import { createInMemoryNotifier } from './in-memory-notifier.ts';

notifierContract('the in-memory notifier', async () => {
  const notifier = createInMemoryNotifier();
  const deadNotifier = createInMemoryNotifier();
  deadNotifier.failNext();
  const unanswered = { kind: 'retry', reason: 'no answer', afterMs: null } as const;
  let isLost = false;
  return {
    notifier: {
      ...notifier,
      async deliver(given, signal) {
        const delivery = await notifier.deliver(given, signal);
        return isLost ? unanswered : delivery;
      },
    },
    deadNotifier,
    wire: {
      behave(mood) {
        isLost = mood === 'loses';
        if (mood === 'hangs' || mood === 'garbles') notifier.failNext(1, unanswered);
      },
    },
    behave(mood) {
      if (mood === 'accepts') notifier.recover();
      else if (mood === 'fails') notifier.failNext();
      else notifier.failNext(1, { kind: 'refused', reason: 'told to refuse' });
    },
    accepted: () => notifier.delivered.map(({ key, title }) => ({ key, title })),
    close: async () => {},
  };
});

it('fails as often as it is told', async () => {
  const notifier = createInMemoryNotifier('pager');
  notifier.failNext(2, { kind: 'retry', reason: 'busy', afterMs: 5000 });
  const kinds = [];
  for (let n = 0; n < 3; n += 1) {
    kinds.push((await notifier.deliver(outgoing(), new AbortController().signal)).kind);
  }
  expect(kinds).toEqual(['retry', 'retry', 'delivered']);
  expect(notifier).toMatchObject({ name: 'pager', attempts: 3, delivered: [exampleNotification] });
});
