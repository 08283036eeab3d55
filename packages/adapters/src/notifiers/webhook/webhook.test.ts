import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '@lastgood/domain/notification/message';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Compile } from 'typebox/compile';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebhookSettings, webhookSettings } from './settings.ts';
import { createWebhook } from './webhook.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const signal = () => new AbortController().signal;

notifierContract('the webhook', async () => {
  let status = 200;
  const accepted: { key: string; title: string }[] = [];
  const server = await startLocalServer(async (request, response) => {
    const { data } = JSON.parse(await text(request));
    if (status === 200) accepted.push({ key: data.key, title: data.title });
    response.writeHead(status).end('thanks');
  });
  const wire = await startWire(server.port, () => accepted.length);
  const notifier = createWebhook({ name: 'pager', url: wire.url, secret });
  const deadNotifier = createWebhook({ name: 'dead', url: `http://127.0.0.1:${await closedPort()}`, secret });
  return {
    notifier,
    wire,
    deadNotifier,
    behave(mood) {
      status = { accepts: 200, fails: 503, refuses: 410 }[mood];
    },
    accepted: () => accepted,
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close()]);
      await wire.close();
      await server.close();
    },
  };
});

describe('the webhook', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  interface Seen {
    headers: IncomingHttpHeaders;
    url: string;
    method: string;
    body: string;
  }

  async function start(
    answer: (response: ServerResponse) => void,
    settings: Partial<WebhookSettings> = {},
    now?: () => number,
  ) {
    const seen: Seen[] = [];
    const server = await startLocalServer(async (request, response) => {
      const { headers, url = '', method = '' } = request;
      seen.push({ headers, url, method, body: await text(request) });
      answer(response);
    });
    const webhook = createWebhook({ name: 'hook', url: `${server.url}/in?team=a`, secret, ...settings }, now);
    closing.push(server.close, webhook.close);
    return { seen, webhook };
  }

  it('is signed as Standard Webhooks writes it and its library expects', async () => {
    const { seen, webhook } = await start((response) => response.end());
    await webhook.deliver(outgoing(), signal());
    const [request] = seen;
    if (request === undefined) throw new Error('nothing arrived');
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = createHmac('sha256', key).update(`${id}.${at}.${request.body}`).digest('base64');
    expect(signature).toBe(`v1,${signed}`);
    const verifier = new StandardWebhook(secret);
    expect(verifier.verify(request.body, request.headers as Record<string, string>)).toEqual({
      version: 1,
      type: 'rolled_back',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: {
        ...{ key: exampleNotification.key, incident: 'deployment/d-42', urgency: 'info' },
        ...{ service: 'eu/shop/cart', cluster: 'eu', namespace: 'shop', name: 'cart' },
        ...{ environment: 'production', team: 'shop', deploymentId: 'd-42', runId: '7f3a' },
        ...{ heldBack: false, stage: 'Rolled back and verified' },
        ...{ title: exampleNotification.title, text: exampleNotification.text },
        from: { release: 42, version: 'v42', commit: '1f0c2a7' },
        to: { release: 41, version: 'v41', commit: '9b8d3e2' },
        trigger: {
          ...{ name: 'high_error_rate', value: 0.31, comparison: 'greater_than', threshold: 0.05 },
          ...{ unit: 'ratio', words: '31 % (fires at > 5 %)', since: '2023-11-14T22:11:20.000Z' },
        },
        ...{ by: null, next: null, plan: ['Undo the rollout of cart', 'Verify'], durationMs: 94_000 },
        link: 'https://lastgood.example/runs/7f3a',
        facts: outgoing().message.facts,
      },
    });
    expect(request).toMatchObject({ method: 'POST', url: '/in?team=a' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': exampleNotification.key,
    });
    const tampered = request.body.replace('release 41', 'release 13');
    expect(() => verifier.verify(tampered, request.headers as Record<string, string>)).toThrow();
  });

  it('says null where it does not know, and when something follows', async () => {
    const { seen, webhook } = await start((response) => response.end());
    const { facts: known, ...bare } = exampleNotification;
    if (!known) throw new Error('the example has facts');
    const message = messageOf(bare, null);
    await webhook.deliver({ notification: bare, message, to: null, earlier: null }, signal());
    const next = { text: 'It rolls back by itself.', at: exampleNotification.at + 60_000 };
    await webhook.deliver(outgoing({ facts: { ...known, trigger: null, by: 'ada', next } }), signal());
    const [unknown, later] = seen.map(({ body }) => JSON.parse(body).data);
    expect(unknown).toMatchObject({
      ...{ name: 'cart', environment: null, team: null, from: null, to: null, trigger: null, by: null },
      ...{ next: null, plan: [], durationMs: null, link: null, facts: [] },
    });
    expect(later).toMatchObject({
      ...{ trigger: null, by: 'ada' },
      next: { text: 'It rolls back by itself.', at: '2023-11-14T22:14:20.000Z' },
    });
  });

  it('signs each attempt with its own second, under one id', async () => {
    let now = 1_700_000_000_999;
    const { seen, webhook } = await start(
      (response) => response.end(),
      {},
      () => now,
    );
    await webhook.deliver(outgoing(), signal());
    now += 60_000;
    await webhook.deliver(outgoing(), signal());
    expect(seen.map(({ headers }) => headers['webhook-timestamp'])).toEqual(['1700000000', '1700000060']);
    expect(seen[0]?.headers['webhook-id']).toBe(seen[1]?.headers['webhook-id']);
    expect(seen[0]?.headers['webhook-signature']).not.toBe(seen[1]?.headers['webhook-signature']);
  });

  it('sends the headers of the configuration, but not over its own', async () => {
    const headers = { authorization: 'Bearer x', 'webhook-id': 'mine', 'Content-Type': 'text/plain' };
    const { seen, webhook } = await start((response) => response.end(), { headers });
    await webhook.deliver(outgoing(), signal());
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'webhook-id': exampleNotification.key,
      'content-type': 'application/json',
    });
  });

  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [200, {}, { kind: 'delivered' }],
    [202, {}, { kind: 'delivered' }],
    [204, {}, { kind: 'delivered' }],
    [
      302,
      { location: 'http://127.0.0.1:1/' },
      { kind: 'refused', reason: expect.stringContaining('not followed') },
    ],
    [400, {}, { kind: 'refused', reason: 'The receiver answered HTTP 400 Bad Request.' }],
    [401, {}, { kind: 'refused', reason: expect.any(String) }],
    [404, { 'retry-after': '5' }, { kind: 'refused', reason: expect.any(String) }],
    [410, {}, { kind: 'refused', reason: expect.any(String) }],
    [408, {}, { kind: 'retry', reason: expect.any(String), afterMs: null }],
    [
      429,
      { 'retry-after': '120' },
      { kind: 'retry', reason: expect.stringContaining('429'), afterMs: 120_000 },
    ],
    [
      429,
      { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' },
      { kind: 'retry', reason: expect.any(String), afterMs: 30_000 },
    ],
    [
      503,
      { 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' },
      { kind: 'retry', reason: expect.any(String), afterMs: 0 },
    ],
    [503, { 'retry-after': 'soon' }, { kind: 'retry', reason: expect.any(String), afterMs: null }],
    [500, {}, { kind: 'retry', reason: expect.stringContaining('500'), afterMs: null }],
  ])('takes HTTP %i with %o for what it is', async (status, headers, delivery) => {
    const { webhook, seen } = await start(
      (response) => response.writeHead(status, headers).end(),
      {},
      () => now,
    );
    expect(await webhook.deliver(outgoing(), signal())).toEqual(delivery);
    expect(seen).toHaveLength(1);
  });

  it.each(['86400', '100000000000000000000', 'Thu, 01 Jan 2099 00:00:00 GMT'])(
    'puts a page off for ten minutes at the most when it is asked to wait %s',
    async (asked) => {
      const { webhook } = await start(
        (response) => response.writeHead(503, { 'retry-after': asked }).end(),
        {},
        () => now,
      );
      expect(await webhook.deliver(outgoing(), signal())).toMatchObject({
        kind: 'retry',
        afterMs: 600_000,
      });
    },
  );

  it('has told it where it is answered a success whose body never ends', async () => {
    const { webhook, seen } = await start((response) => void response.writeHead(200).write('{'), {
      timeoutMs: 14_000,
    });
    const began = Date.now();
    expect(await webhook.deliver(outgoing(), signal())).toEqual({ kind: 'delivered' });
    // Before the time is over that it may take.
    expect(Date.now() - began).toBeLessThan(12_000);
    expect(seen).toHaveLength(1);
  });

  const page = '<!doctype html><html><body>Login please</body></html>';
  it.each([
    ['text/html; charset=utf-8', page, true],
    ['text/html; charset=utf-8', `${page}${' '.repeat(70_000)}`, true],
    // So many a framework answers every text.
    ['text/html; charset=utf-8', 'ok', false],
    ['text/html', '', false],
    ['application/xml', '<Response/>', false],
  ])(
    'has told it by a success of type %s, with a doubt where it is a web page',
    async (type, body, doubts) => {
      const { webhook } = await start((response) =>
        response.writeHead(200, { 'content-type': type }).end(body),
      );
      const doubt = 'It answered HTTP 200 OK with a web page, as where one has to log in.';
      const delivery = { kind: 'delivered', ...(doubts && { doubt }) };
      expect(await webhook.deliver(outgoing(), signal())).toEqual(delivery);
    },
  );

  it('asks for another try of a receiver that never answers, and keeps the secret out of the reason', async () => {
    const { webhook } = await start(() => {}, { timeoutMs: 100 });
    const delivery = await webhook.deliver(outgoing(), signal());
    expect(delivery).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('did not answer within 0.1 s'),
    });
    expect(JSON.stringify(delivery)).not.toContain(secret.slice(6));
  });

  it('refuses a key that no header can carry: another try would not help', async () => {
    const { webhook, seen } = await start((response) => response.end());
    const delivery = await webhook.deliver(outgoing({ key: 'a\nb' }), signal());
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringContaining('cannot be sent') });
    expect(seen).toEqual([]);
  });

  it('refuses settings that cannot work', () => {
    const base = { url: 'https://example.test/', secret };
    const schema = Compile(webhookSettings);
    expect(schema.Check(base)).toBe(true);
    for (const wrong of [{ secret: 'short' }, { secret: 'whsec_c2hvcnQ=' }, { secret: secret.slice(6) }]) {
      expect(() => createWebhook({ name: 'hook', ...base, ...wrong })).toThrow('webhook secret');
    }
    expect(schema.Check({ ...base, secret: 'plain text' })).toBe(false);
    expect(schema.Check({ ...base, extra: 1 })).toBe(false);
    expect(() => createWebhook({ name: 'hook', ...base, url: 'https://me:pw@example.test/' })).toThrow(
      'into headers (authorization), not into the URL',
    );
  });
});
