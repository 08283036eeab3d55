import { text } from 'node:stream/consumers';
import { createWebhook } from '@lastgood/adapters/notifiers/webhook/webhook';
import type { Notifier } from '@lastgood/domain';
import { closedPort, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createReceivers } from '../../outside/receivers.ts';
import { useEndpoints, web } from '../endpoints-harness.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const got: { type: string; data: { key: string; title: string } }[] = [];
let status = 200;
let type = 'application/json';
const server = await startLocalServer(async (request, response) => {
  got.push(JSON.parse(await text(request)));
  response
    .writeHead(status, { 'content-type': type })
    .end(type === 'text/html' ? '<html>Log in</html>' : '{}');
});
const chat = createWebhook({ name: 'chat', url: server.url, secret });
const gone = createWebhook({ name: 'gone', url: `http://127.0.0.1:${await closedPort()}`, secret });
const records: Notifier = {
  ...{ name: 'code', hears: 'records' },
  deliver: async () => ({ kind: 'refused', reason: 'there is no such commit' }),
  probe: async () => ({ setting: 'token', reason: 'The token was revoked.', advice: 'Make another one.' }),
};
const fussy: Notifier = {
  ...{ name: 'fussy', hears: 'people' },
  deliver: async () => ({ kind: 'delivered' }),
  probe: async (to) =>
    to === '#gone' ? { setting: null, reason: 'There is no such channel.', advice: 'Make it.' } : null,
};
const router: Notifier = {
  ...{ name: 'alerts', hears: 'people', handsOverTo: 'Alertmanager' },
  deliver: async () => ({ kind: 'delivered' }),
};
const { ask, rollout } = useEndpoints({
  receivers: createReceivers({
    notifiers: [chat, gone, records, fussy, router],
    routes: [
      { to: [{ notifier: 'chat' }], teams: ['shop'], fallback: [{ notifier: 'gone', to: 'backup' }] },
      { to: [{ notifier: 'code' }], events: ['verified'] },
    ],
    publicUrl: 'https://lastgood.example',
  }),
});
afterAll(() => Promise.all([chat.close(), gone.close(), server.close()]));
beforeEach(() => {
  got.length = 0;
  status = 200;
  type = 'application/json';
});

test('a sample goes down each route, and what did not arrive is said place by place', async () => {
  const answer = await ask('POST', '/notifications/test', {});
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    ...{
      service: null,
      left: 0,
      passed: false,
      sentence: expect.stringMatching(
        /^Of 6 places the sample arrived at 2, and 1 accepted it.* At 3 it failed\.$/,
      ),
    },
    places: [
      {
        ...{ notifier: 'chat', to: null, arrived: true },
        routes: ['notifications.routes.0', 'what no route is for'],
        words: expect.stringMatching(/^2 messages arrived/),
      },
      { notifier: 'gone', to: 'backup', arrived: false, words: expect.stringContaining('could not be sent') },
      { notifier: 'code', arrived: false, words: 'The token was revoked. Make another one.' },
      { notifier: 'gone', to: null, arrived: false },
      { notifier: 'fussy', arrived: true },
      {
        ...{ notifier: 'alerts', arrived: null, accepted: true },
        words: expect.stringMatching(/^2 messages were accepted by Alertmanager, in \d+ ms\. Whom it tells/),
      },
    ],
  });
  expect(got.map(({ type }) => type)).toEqual(['rollback_suggested', 'rolled_back']);
  expect(got[0]?.data.title).toContain('Test:');
  expect(new Set(got.map(({ data }) => data.key)).size).toBe(2);
});

test('a web page that answers is said: whoever has to be told may not be', async () => {
  type = 'text/html';
  const { places } = (await ask('POST', '/notifications/test', {})).json();
  expect(places[0]).toMatchObject({
    ...{ notifier: 'chat', arrived: null, accepted: true },
    words: expect.stringMatching(/It answered HTTP 200 OK with a web page, .* Look whether they arrived\.$/),
  });
});

test('of a service: where something of it goes and nowhere else, each refusal with its reason', async () => {
  rollout.cluster.create(web, { app: 'registry/web:v1' });
  const declared = { team: 'shop', checks: [], notify: [{ to: [{ notifier: 'chat', to: '#web' }] }] };
  expect((await ask('PUT', '/services/main/shop/web', declared)).statusCode).toBe(200);
  status = 410;
  const { places, passed } = (await ask('POST', '/notifications/test', { service: 'main/shop/web' })).json();
  expect(passed).toBe(false);
  expect(places.map(({ notifier, to, routes }: Record<string, unknown>) => [notifier, to, routes])).toEqual([
    ['chat', '#web', ['notify.0 of the service']],
    ['code', null, ['what no route is for', 'notifications.routes.1']],
  ]);
  expect(places[0].words).toMatch(/^It was refused: .*410/);
  expect(got.some(({ data }) => data.title.includes('web'))).toBe(true);
});

test('of a service that is not declared there is nothing to test, and a notifier that nobody configured is no place', async () => {
  const unknown = await ask('POST', '/notifications/test', { service: 'main/shop/none' });
  expect(unknown.statusCode).toBe(422);
  expect(unknown.json().errors).toMatchObject([{ path: '/service' }]);
  const wrong = await ask('PUT', '/services/main/shop/web', { notify: [{ to: [{ notifier: 'chta' }] }] });
  expect(wrong.statusCode).toBe(422);
  expect(wrong.json().errors).toMatchObject([{ path: '/notify/0/to/0/notifier' }]);
});

test('what a receiver says is wrong with a place is told as the service is applied, and that nobody is woken on its page', async () => {
  const notify = [{ to: [{ notifier: 'fussy', to: '#gone' }], fallback: [] }];
  const applied = (await ask('PUT', '/services/main/shop/web', { notify })).json();
  const told = 'notify.0 of the service: fussy (#gone): There is no such channel. Make it.';
  expect(applied.warnings).toContain(told);
  const { unheard } = (await ask('GET', '/services/main/shop/web')).json();
  expect(unheard).toMatch(/^Nobody is woken by this service/);
  expect(unheard).toContain(told);
  expect(applied.warnings).toContain(unheard);
  const { outside } = (await ask('GET', '/status/details')).json();
  const fussy = outside.find(({ name }: { name: string }) => name === 'fussy');
  expect(fussy.notes).toEqual([told]);
  await ask('PUT', '/services/main/shop/web', { notify: [{ to: [{ notifier: 'chat' }] }] });
  expect((await ask('GET', '/services/main/shop/web')).json().unheard).toBeNull();
});
