import { json } from 'node:stream/consumers';
import { createPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty';
import { createSlack } from '@lastgood/adapters/notifiers/slack/slack';
import { type Notifier, nobody } from '@lastgood/domain';
import { testRoutes } from '@lastgood/engine';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { startSlackServer } from '@lastgood/testkit/servers/slack-server';
import { expect, test } from 'vitest';

interface Event {
  event_action: string;
  dedup_key: string;
}

async function testOf(notifier: Notifier) {
  const { time, forever } = createTestEngine();
  const [tested] = await testRoutes(
    {
      ...{ notifiers: [notifier], clock: time.clock, newId: () => '7' },
      ...{ publicUrl: null, withinMs: 60_000 },
    },
    [{ notifier: notifier.name, to: null, routes: [] }],
    nobody,
    forever,
  );
  return tested;
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
  const tested = await testOf(pager);
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

test('a message that stands in Slack without an answer shows how the test ended', async () => {
  const server = await startSlackServer();
  const { api: url, token } = server;
  const chat = createSlack({ name: 'chat', url, token, channel: 'C0INCIDENTS' }, () => 0);
  server.befalls = [{ method: 'chat.postMessage', fault: 'lost' }];
  const tested = await testOf(chat);
  const heads = server.messages.filter(({ thread_ts }) => thread_ts === null);
  expect(heads.map(({ text }) => text)).toEqual([expect.stringContaining('is back on v1')]);
  expect(tested).toMatchObject({
    arrived: false,
    words: expect.stringMatching(/Nothing tells whether the first message arrived all the same: /),
  });
  await Promise.all([chat.close(), server.close()]);
});
