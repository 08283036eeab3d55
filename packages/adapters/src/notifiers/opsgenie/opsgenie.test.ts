import type { Delivery } from '@lastgood/domain/notification/delivery';
import { peopleKinds, recordKinds } from '@lastgood/domain/notification/notification';
import type { ServiceKey } from '@lastgood/domain/service/service';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inShort, inShortAfter, tellAll, told } from '../incident-harness.ts';
import type { Answer } from '../receiver-harness.ts';
import { createOpsgenie } from './opsgenie.ts';
import { type LocalOpsgenie, startOpsgenie } from './opsgenie-harness.ts';
import { opsgenieSettings } from './settings.ts';

/* Against the wire format of the harness, which says what it was taken from: there is no Opsgenie to run here. */

const apiKey = 'eb243592-faa2-4ba2-a551-1afdf565c889';
const signal = () => new AbortController().signal;
const { suggested, began, remark, stopped, done, over } = told;

notifierContract(
  'Opsgenie',
  async () => {
    const server = await startOpsgenie(apiKey);
    const wire = await startWire(Number(new URL(server.url).port), () => server.accepted.length);
    const notifier = createOpsgenie({ name: 'pager', apiKey, url: wire.url }, Date.now, 0);
    const url = `http://127.0.0.1:${await closedPort()}`;
    const deadNotifier = createOpsgenie({ name: 'dead', apiKey, url });
    return {
      ...{ notifier, deadNotifier, wire },
      behave(mood) {
        const refusal = { status: 401, json: { message: 'Could not authenticate' } };
        server.instead = { accepts: null, fails: { status: 503 }, refuses: refusal }[mood];
      },
      accepted: () =>
        server.accepted
          .filter(({ method }) => method === 'POST')
          .map(({ body }) => ({ key: body.details.Key, title: body.message })),
      async close() {
        await Promise.all([notifier.close(), deadNotifier.close(), wire.close(), server.close()]);
      },
    };
  },
  () => ({ kind: 'rollback_suggested', urgency: 'page' }),
);

describe('Opsgenie', () => {
  let server: LocalOpsgenie;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startOpsgenie(apiKey);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function make(over: Partial<Parameters<typeof createOpsgenie>[0]> = {}) {
    const notifier = createOpsgenie({ name: 'pager', apiKey, url: server.url, ...over }, () => 0, 0);
    closing.push(notifier.close);
    return notifier;
  }

  it('opens one alert for a page, acknowledges it as the rollback begins, writes into it and closes it', async () => {
    await tellAll(make(), [suggested, suggested, began, remark, done]);
    const alias = server.alerts[0]?.alias ?? '';
    expect(alias).toMatch(/^lastgood:deployment:d-42:[0-9a-f]{16}$/);
    const path = `/v2/alerts/${encodeURIComponent(alias)}`;
    const posted = server.seen.filter(({ method }) => method === 'POST');
    expect(posted.map((request) => request.path)).toEqual([
      ...['/v2/alerts', '/v2/alerts', `${path}/acknowledge?identifierType=alias`],
      ...[`${path}/notes?identifierType=alias`, `${path}/close?identifierType=alias`],
    ]);
    const said = (title: string, stage: string) =>
      expect.stringContaining(
        `${title}\n${stage} · cart · production · shop\nhttps://lastgood.example/runs/7f3a\n\n${exampleNotification.text}\n\nVersion: v42 → v41`,
      );
    expect(server.alerts).toEqual([
      {
        ...{ alias, message: inShort('cart: go back?'), count: 2, state: 'closed' },
        notes: [
          said('cart goes back', 'Rolling back'),
          said('mind the queue', 'Note from the plan'),
          said('cart is back', 'Rolled back and verified'),
        ],
      },
    ]);
    expect(server.calls).toEqual(['cart: go back?'].map(inShort));
  });

  it('wakes somebody when the rollback that it acknowledged stops', async () => {
    await tellAll(make(), [suggested, began, stopped]);
    expect(server.calls).toEqual([inShort('cart: go back?'), inShortAfter('cart: the rollback stopped')]);
    const goesOn = expect.stringMatching(/^It goes on under the alert: cart: the rollback stopped\n/);
    expect(server.alerts).toMatchObject([
      { state: 'closed', notes: [expect.stringMatching(/^cart goes back\n/), goesOn] },
      { state: 'open', notes: [] },
    ]);
  });

  it('acknowledges what somebody is at, which calls nobody, and closes it when it is over', async () => {
    const notifier = make();
    const earlier = await tellAll(notifier, [suggested, told.taken]);
    expect(server.alerts).toMatchObject([
      { state: 'acknowledged', notes: [expect.stringMatching(/^cart: ada is at it\nSomebody is at it/)] },
    ]);
    await notifier.deliver(outgoing(over, { earlier }), signal());
    expect(server.alerts).toMatchObject([{ state: 'closed' }]);
    expect(server.calls).toHaveLength(1);
  });

  it('opens nothing for what wakes nobody, and takes no records', async () => {
    const notifier = make();
    expect(notifier.hears).toBe('people');
    for (const kind of [...peopleKinds, ...recordKinds])
      expect(await notifier.deliver(outgoing({ kind, urgency: 'info' }), signal())).toMatchObject({
        kind: 'delivered',
      });
    expect(server.alerts).toEqual([]);
    expect(server.seen.every(({ path }) => /\/(acknowledge|close)\?/.test(path))).toBe(true);
  });

  it('wakes somebody for another page though a person acknowledged the first, and closes what is over', async () => {
    const notifier = make();
    await tellAll(notifier, [suggested]);
    // On the telephone.
    for (const alert of server.alerts) alert.state = 'acknowledged';
    const again = { ...suggested, key: 'fires again', title: 'cart: go back now?' };
    await tellAll(notifier, [suggested, again, over]);
    expect(server.calls).toEqual(['cart: go back?', 'cart: go back now?'].map(inShort));
    expect(server.alerts).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
  });

  it('says everything in the alert', async () => {
    await make({ tags: ['shop', 'lastgood'] }).deliver(outgoing(suggested, { to: 'Shop team' }), signal());
    expect(server.seen[0]).toMatchObject({ headers: { authorization: `GenieKey ${apiKey}` } });
    const since = '2023-11-14 22:11:20 UTC (for 2 min)';
    expect(server.seen[0]?.body).toEqual({
      message: inShort('cart: go back?'),
      alias: expect.stringMatching(/^lastgood:deployment:d-42:[0-9a-f]{16}:[0-9a-f]{12}$/),
      description: [
        'Rollback suggested · cart · production · shop',
        'https://lastgood.example/runs/7f3a',
        '',
        exampleNotification.text,
        '',
        'Version: v42 → v41 (release 42 → 41)',
        'Trigger: high_error_rate',
        'Measured: 31 % (fires at > 5 %)',
        `Since: ${server.seen[0]?.body.details.Since}`,
        'Took: 1 min 34 s',
        'Next: Nothing happens by itself: it waits for a person.',
        '',
        'Plan:',
        '1. Undo the rollout of cart',
        '2. Verify',
      ].join('\n'),
      responders: [{ type: 'team', name: 'Shop team' }],
      tags: ['lastgood', 'shop', 'production'],
      details: {
        Key: 'suggested',
        Environment: 'production',
        Team: 'shop',
        Version: 'v42 → v41 (release 42 → 41)',
        Trigger: 'high_error_rate',
        Measured: '31 % (fires at > 5 %)',
        Since: since,
        Took: '1 min 34 s',
        Next: 'Nothing happens by itself: it waits for a person.',
      },
      entity: 'eu/shop/cart',
      priority: 'P1',
      source: 'Lastgood',
      user: 'Lastgood',
    });
  });

  it('keeps the alerts of two teams apart', async () => {
    const notifier = make();
    await tellAll(notifier, [suggested], 'a b');
    await tellAll(notifier, [suggested], 'a-b');
    await tellAll(notifier, [suggested]);
    expect(new Set(server.alerts.map(({ alias }) => alias)).size).toBe(3);
  });

  it('fits whatever it has to say', async () => {
    const long = '🚀<b>\u0000\n'.repeat(20_000);
    const facts = exampleNotification.facts;
    if (!facts) throw new Error('the example has facts');
    const big = {
      ...facts,
      ...{ plan: Array.from({ length: 8 }, () => long), versions: long },
      service: { name: long, environment: long, team: long },
    };
    const said = { title: long, text: long, deploymentId: `${'x'.repeat(800)}`, service: long as ServiceKey };
    const messages = [suggested, began, remark, stopped, done].map((message) => ({
      ...message,
      ...{ ...said, facts: big },
    }));
    await tellAll(
      make({ tags: Array.from({ length: 19 }, (_, index) => `tag ${index}`) }),
      messages,
      'x'.repeat(100),
    );
    expect(server.alerts).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
    expect(server.alerts[0]?.message).toMatch(/^🚀<b> 🚀<b> .*…$/u);
    expect(server.alerts[0]?.alias).toHaveLength(512);
  });

  it('says what Opsgenie said, and no key', async () => {
    server.instead = { status: 401, json: { message: `Could not authenticate ${apiKey}.` } };
    expect(await make().deliver(outgoing(suggested), signal())).toEqual({
      kind: 'refused',
      reason: 'Opsgenie answered HTTP 401 Unauthorized: Could not authenticate ….',
    });
  });

  it.each<[Answer, Partial<Delivery>]>([
    [{ status: 200, text: '<html>a proxy</html>' }, { kind: 'refused' }],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { kind: 'refused' }],
    [{ status: 402, json: { message: 1 } }, { kind: 'refused' }],
    [
      { status: 429, headers: { 'retry-after': '90' } },
      { kind: 'retry', afterMs: 90_000 },
    ],
    [{ status: 429 }, { kind: 'retry', afterMs: null }],
    [
      { status: 503, text: '<html>' },
      { kind: 'retry', afterMs: null },
    ],
  ])('takes %j for what it is', async (answer, delivery) => {
    server.instead = answer;
    expect(await make().deliver(outgoing(suggested), signal())).toMatchObject(delivery);
    expect(server.seen).toHaveLength(1);
  });

  it('asks for another try of one that never answers', async () => {
    server.instead = 'never';
    const delivery = await make({ timeoutMs: 100 }).deliver(outgoing(suggested), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
  });

  it('probes its key, and tells nobody', async () => {
    expect(await make().probe?.(null, signal())).toBeNull();
    expect(server).toMatchObject({ alerts: [], calls: [] });
    expect(await make({ apiKey: 'wrong' }).probe?.('Shop team', signal())).toMatchObject({
      setting: 'apiKey',
      reason: 'Opsgenie answered HTTP 401 Unauthorized: Could not authenticate.',
    });
    expect(await make({ url: `${server.url}/v1` }).probe?.(null, signal())).toMatchObject({ setting: 'url' });
    server.instead = { status: 503 };
    expect(await make().probe?.(null, signal())).toBe('unknown');
  });

  describe('that takes a page and works it off later', () => {
    const page = () => make().deliver(outgoing(suggested), signal());

    it('is asked once what came of it', async () => {
      expect(await page()).toMatchObject({ kind: 'delivered' });
      expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'POST /v2/alerts',
        'GET /v2/alerts/requests/r-1',
      ]);
    });

    it('is told again where no alert came of it, in its words and without the key', async () => {
      server.opensNone = `The integration is disabled for ${apiKey}.`;
      expect(await page()).toEqual({
        kind: 'retry',
        reason: 'Opsgenie took it and made no alert of it: The integration is disabled for ….',
        afterMs: null,
      });
      server.opensNone = null;
      expect(await page()).toMatchObject({ kind: 'delivered' });
      expect(server.calls).toEqual(['cart: go back?'].map(inShort));
    });

    it.each<[string, () => void]>([
      ['has not worked it off by then', () => (server.isSlow = true)],
      [
        'cannot say',
        () => (server.instead = ({ method }) => (method === 'GET' ? { status: 503, text: '<html>' } : null)),
      ],
      [
        'says something else',
        () =>
          (server.instead = ({ method }) => (method === 'GET' ? { status: 200, json: { data: 1 } } : null)),
      ],
      [
        'names no request',
        () => (server.instead = ({ method }) => (method === 'POST' ? { status: 202, json: {} } : null)),
      ],
    ])('has the page where it %s: twice is no better than once', async (_what, befall) => {
      befall();
      expect(await page()).toMatchObject({ kind: 'delivered' });
    });

    it('counts the same page once more, which is no failure', async () => {
      await page();
      server.instead = ({ method }) => {
        const data = { isSuccess: false, status: 'Alert is there', alertId: '8743a1b2' };
        return method === 'GET' ? { status: 200, json: { data } } : null;
      };
      expect(await page()).toMatchObject({ kind: 'delivered' });
    });
  });

  it('probes the team of a route, whose pages would call nobody where it is not there', async () => {
    const probe = (to: string) => make().probe?.(to, signal());
    expect(await probe('Shop team')).toBeNull();
    expect(await probe('Shop/teem')).toEqual({
      setting: null,
      reason: 'Opsgenie has no team “Shop/teem”: its alerts would call nobody.',
      advice: expect.stringMatching(/\w/),
    });
    expect(server.alerts).toEqual([]);
    await make().deliver(outgoing(suggested, { to: 'Shop/teem' }), signal());
    expect([server.alerts.length, server.calls]).toEqual([1, []]);
    // Whoever may not look, and a service that takes alerts and knows no teams, cannot tell.
    server.mayReadTeams = false;
    expect(await probe('Shop/teem')).toBeNull();
    server.instead = ({ method }) =>
      method === 'GET' ? { status: 404, json: { error: 'Not Found' } } : null;
    expect(await probe('Shop/teem')).toBeNull();
  });

  it('takes settings that can work', () => {
    const schema = Compile(opsgenieSettings);
    expect(schema.Check({ apiKey, url: 'https://api.eu.opsgenie.com', tags: ['shop'] })).toBe(true);
    expect(schema.Check({ apiKey: 'a b' })).toBe(false);
    expect(schema.Check({ apiKey: 'a\nb' })).toBe(false);
    expect(schema.Check({ apiKey, tags: ['x'.repeat(51)] })).toBe(false);
    expect(() => make({ url: 'https://me:pw@example.test/' })).toThrow('opsgenie pager url');
  });
});
