import { type Notifier, nobody } from '@lastgood/domain';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { expect, it } from 'vitest';
import { testRoutes } from './test-routes.ts';

/* What somebody is told who asks for a sample down each route. */

async function tested(notifier: Partial<Notifier>) {
  const { time, forever } = createTestEngine();
  const one: Notifier = {
    ...{ name: 'one', hears: 'people' },
    deliver: async () => ({ kind: 'delivered' }),
    ...notifier,
  };
  const [result] = await testRoutes(
    {
      notifiers: [one],
      clock: time.clock,
      newId: () => '7',
      publicUrl: 'https://x.example',
      withinMs: 5_000,
    },
    [{ notifier: 'one', to: null, routes: ['notifications.routes.0'] }],
    nobody,
    forever,
  );
  return result;
}

it('who of several in a place did not get it is named, with the reason', async () => {
  const missed = [{ to: 'oncall@example.com', reason: '550 No such mailbox.' }];
  expect(await tested({ deliver: async () => ({ kind: 'delivered', missed }) })).toMatchObject({
    arrived: false,
    words: 'It did not reach oncall@example.com (550 No such mailbox); the others have it.',
  });
});
