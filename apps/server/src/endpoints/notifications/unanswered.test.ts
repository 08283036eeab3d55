import { json } from 'node:stream/consumers';
import { createPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty';
import { nobody } from '@lastgood/domain';
import { testRoutes } from '@lastgood/engine';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { expect, test } from 'vitest';

interface Event {
  event_action: string;
  dedup_key: string;
}

test('an alert that PagerDuty opened without an answer is resolved by the test that opened it', async () => {
  const events: Event[] = [];
  const server = await startLocalServer(async (request, response) => {
    const event = (await json(request)) as Event;
    events.push(event);
    // Taken, and its answer is on its way for good.
    if (event.event_action === 'trigger') return;
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'success', message: 'Event processed' }));
  });
  const pager = createPagerDuty({
    ...{ name: 'pager', url: server.url, routingKey: 'a'.repeat(32), timeoutMs: 200 },
  });
  const { time, forever } = createTestEngine();
  const [tested] = await testRoutes(
    {
      ...{ notifiers: [pager], clock: time.clock, newId: () => '7' },
      ...{ publicUrl: null, withinMs: 60_000 },
    },
    [{ notifier: 'pager', to: null, routes: [] }],
    nobody,
    forever,
  );
  expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
  expect(events[1]?.dedup_key).toBe(events[0]?.dedup_key);
  expect(tested).toMatchObject({
    ...{ arrived: false, accepted: false },
    words: expect.stringMatching(
      /did not answer within 0\.2 s\. The first message may have .*; it was closed\.$/,
    ),
  });
  await Promise.all([pager.close(), server.close()]);
});
