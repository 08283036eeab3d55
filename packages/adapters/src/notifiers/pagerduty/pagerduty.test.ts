import type { Delivery, Receipt } from '@lastgood/domain/notification/delivery';
import { type Notification, peopleKinds, recordKinds } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import type { ServiceKey } from '@lastgood/domain/service/service';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../receiver-harness.ts';
import { createPagerDuty } from './pagerduty.ts';
import { type LocalPagerDuty, startPagerDuty } from './pagerduty-harness.ts';
import { pagerDutySettings } from './settings.ts';

/* Against the wire format of the harness, which says what it was taken from: there is no PagerDuty to run here. */

const key = 'a'.repeat(32);
const other = 'b'.repeat(32);
const signal = () => new AbortController().signal;

notifierContract('PagerDuty', async () => {
  const server = await startPagerDuty([key]);
  const notifier = createPagerDuty({ name: 'pager', routingKey: key, url: server.url });
  const url = `http://127.0.0.1:${await closedPort()}`;
  const deadNotifier = createPagerDuty({ name: 'dead', routingKey: key, url });
  return {
    ...{ notifier, deadNotifier },
    behave(mood) {
      const refusal = { message: 'Event object is invalid', errors: ['Invalid routing key'] };
      server.instead = { accepts: null, fails: { status: 503 }, refuses: { status: 400, json: refusal } }[
        mood
      ];
    },
    accepted: () =>
      server.accepted.map(({ body: { payload } }) => ({
        key: payload.custom_details.Key,
        title: payload.summary,
      })),
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close(), server.close()]);
    },
  };
});

describe('PagerDuty', () => {
  let server: LocalPagerDuty;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startPagerDuty([key, other]);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function make(over: Partial<Parameters<typeof createPagerDuty>[0]> = {}) {
    const settings = { name: 'pager', routingKey: key, routingKeys: { shop: other }, url: server.url };
    const notifier = createPagerDuty({ ...settings, ...over }, () => 0);
    closing.push(notifier.close);
    return notifier;
  }

  const suggested = { kind: 'rollback_suggested', urgency: 'page', title: 'cart: go back?' } as const;
  const began = { kind: 'rolling_back', urgency: 'info', title: 'cart goes back' } as const;
  const stopped = { kind: 'rollback_failed', urgency: 'page', title: 'cart: the rollback stopped' } as const;
  const done = { kind: 'rolled_back', urgency: 'info', title: 'cart is back' } as const;

  /** One after the other, each with what was answered to the one before, as the outbox does. */
  async function tell(notifier: Notifier, messages: Partial<Notification>[]) {
    let earlier: Receipt | null = null;
    for (const message of messages) {
      const delivery = await notifier.deliver(outgoing(message, { earlier }), signal());
      if (delivery.kind !== 'delivered') throw new Error(delivery.reason);
      earlier = delivery.receipt ?? earlier;
    }
  }

  it('opens one alert for an incident, acknowledges it as the rollback begins, and resolves it', async () => {
    await tell(make(), [suggested, { ...suggested, key: 'again' }, began, done]);
    expect(server.seen.map(({ body }) => [body.event_action, body.dedup_key])).toEqual([
      ['trigger', 'lastgood/deployment/d-42'],
      ['trigger', 'lastgood/deployment/d-42'],
      ['acknowledge', 'lastgood/deployment/d-42'],
      ['resolve', 'lastgood/deployment/d-42'],
    ]);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }]);
    expect(server.calls).toEqual(['cart: go back?']);
  });

  it('wakes somebody when the rollback that it acknowledged stops: what is acknowledged calls nobody again', async () => {
    await tell(make(), [suggested, began, stopped]);
    expect(server.calls).toEqual(['cart: go back?', 'cart: the rollback stopped']);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
    await tell(make(), [suggested, began, stopped, began, stopped, done]);
    expect(server.alerts.every(({ state }) => state === 'resolved')).toBe(true);
  });

  it('opens nothing for what wakes nobody', async () => {
    const notifier = make();
    for (const kind of peopleKinds) await notifier.deliver(outgoing({ kind, urgency: 'info' }), signal());
    expect(server.alerts).toEqual([]);
    expect(server.seen.map(({ body }) => body.event_action)).toEqual(['acknowledge', 'resolve']);
  });

  it('says everything in the alert', async () => {
    await make().deliver(outgoing(suggested), signal());
    expect(server.seen[0]?.body).toEqual({
      routing_key: key,
      event_action: 'trigger',
      dedup_key: 'lastgood/deployment/d-42',
      client: 'Lastgood',
      client_url: 'https://lastgood.example/runs/7f3a',
      payload: {
        summary: 'cart: go back?',
        severity: 'critical',
        source: 'eu/shop/cart',
        timestamp: '2023-11-14T22:13:20.000Z',
        component: 'cart',
        group: 'shop production',
        class: 'Rollback suggested',
        custom_details: {
          Stage: 'Rollback suggested',
          Environment: 'production',
          Team: 'shop',
          Version: 'v42 → v41 (release 42 → 41)',
          Trigger: 'high_error_rate',
          Measured: '31 % (fires at > 5 %)',
          Since: expect.stringContaining('2:00'),
          Took: '1:34',
          Next: 'Nothing happens by itself: it waits for a person.',
          Plan: ['Undo the rollout of cart', 'Verify'],
          Text: 'high_error_rate was 0.31 (limit 0.05) for 2 min.\nNext: look at release 42.',
          Key: 'run/7f3a/rolled_back',
        },
      },
      links: [{ href: 'https://lastgood.example/runs/7f3a', text: 'Lastgood: Rollback suggested' }],
    });
  });

  it('writes what changed beside the incidents', async () => {
    const notifier = make();
    expect(notifier.hears).toBe('both');
    for (const kind of recordKinds) {
      const delivery = await notifier.deliver(outgoing({ kind, title: kind, runId: null }), signal());
      expect(delivery).toEqual({ kind: 'delivered' });
    }
    expect(server.changes.map(({ summary }) => summary)).toEqual(
      recordKinds.filter((kind) => kind !== 'deployment_verified'),
    );
    expect(server.seen[0]).toMatchObject({
      path: '/v2/change/enqueue',
      body: {
        routing_key: key,
        payload: { source: 'eu/shop/cart', timestamp: '2023-11-14T22:13:20.000Z' },
        links: [{ href: 'https://lastgood.example/deployments/d-42', text: 'Lastgood: Deployed' }],
      },
    });
    expect(server.alerts).toEqual([]);
  });

  it('writes no change where nobody wants them', async () => {
    const notifier = make({ changeEvents: false });
    expect(notifier.hears).toBe('people');
    await notifier.deliver(outgoing({ kind: 'deployment_registered' }), signal());
    expect(server.seen).toEqual([]);
  });

  it('goes to the key that a route names', async () => {
    await make().deliver(outgoing(suggested, { to: 'shop' }), signal());
    expect(server.alerts).toMatchObject([{ key: other }]);
  });

  it.each([other, 'toString', '__proto__', ''])(
    'refuses a route to %j, which is the name of no key',
    async (to) => {
      const delivery = await make().deliver(outgoing(suggested, { to }), signal());
      expect(delivery).toEqual({
        kind: 'refused',
        reason: 'The route names a key that is not among routingKeys, which has shop.',
      });
      expect(server.seen).toEqual([]);
    },
  );

  it('fits whatever it has to say', async () => {
    const long = '🚀<b>\u0000\n'.repeat(20_000);
    const facts = exampleNotification.facts;
    if (!facts) throw new Error('the example has facts');
    const big = {
      ...facts,
      plan: [long],
      versions: long,
      service: { name: long, environment: long, team: long },
    };
    const said = {
      ...suggested,
      title: long,
      text: long,
      deploymentId: 'x'.repeat(800),
      service: long as ServiceKey,
      facts: big,
    };
    expect(await make().deliver(outgoing(said), signal())).toMatchObject({ kind: 'delivered' });
    const { payload } = server.seen[0]?.body ?? {};
    expect(payload.summary).toHaveLength(1_024);
    expect(payload.summary).toMatch(/^🚀<b> 🚀<b> .*…$/u);
  });

  it('says what PagerDuty said, and no key', async () => {
    const refusal = {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: [`Invalid routing key ${key}`],
    };
    server.instead = { status: 400, json: refusal };
    expect(await make().deliver(outgoing(suggested), signal())).toEqual({
      kind: 'refused',
      reason: 'PagerDuty answered HTTP 400 Bad Request: Event object is invalid; Invalid routing key ….',
    });
  });

  it.each<[Answer, Partial<Delivery>]>([
    [{ status: 200, text: '<html>a proxy</html>' }, { kind: 'refused' }],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { kind: 'refused' }],
    [{ status: 404 }, { kind: 'refused' }],
    [
      { status: 400, text: '{"message":' },
      { kind: 'refused', reason: 'PagerDuty answered HTTP 400 Bad Request.' },
    ],
    [
      { status: 429, headers: { 'retry-after': '90' } },
      { kind: 'retry', afterMs: 90_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': '999999' } },
      { kind: 'retry', afterMs: 600_000 },
    ],
    [{ status: 429 }, { kind: 'retry', afterMs: null }],
    [
      { status: 500, text: 'x'.repeat(3_000_000) },
      { kind: 'retry', afterMs: null },
    ],
  ])('takes %j for what it is', async (answer, delivery) => {
    server.instead = answer;
    expect(await make().deliver(outgoing(suggested), signal())).toMatchObject(delivery);
    expect(server.seen).toHaveLength(1);
  });

  it('reads no answer without end', async () => {
    server.instead = { status: 400, text: `{"message":"${'x'.repeat(3_000_000)}"}` };
    expect(await make().deliver(outgoing(suggested), signal())).toEqual({
      kind: 'refused',
      reason: 'PagerDuty answered HTTP 400 Bad Request.',
    });
  });

  it('asks for another try of one that never answers', async () => {
    server.instead = 'never';
    const delivery = await make({ timeoutMs: 100 }).deliver(outgoing(suggested), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
  });

  it('calls once for a page whose answer was lost', async () => {
    const notifier = make();
    await tell(notifier, [suggested]);
    expect(await notifier.deliver(outgoing(suggested), signal())).toMatchObject({ kind: 'delivered' });
    expect(server.calls).toHaveLength(1);
  });

  it('opens the next alert once, though the one before could not be resolved at first', async () => {
    const notifier = make();
    const earlier = { round: '1', state: 'acknowledged' };
    await tell(notifier, [suggested, began]);
    server.instead = ({ body }) => (body.event_action === 'resolve' ? { status: 503 } : null);
    const again = () => notifier.deliver(outgoing(stopped, { earlier }), signal());
    expect(await again()).toMatchObject({ kind: 'retry' });
    server.instead = null;
    expect(await again()).toEqual({ kind: 'delivered', receipt: { round: '2', state: 'open' } });
    expect(server.calls).toEqual(['cart: go back?', 'cart: the rollback stopped']);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
  });

  describe('its probe', () => {
    it('finds nothing where all is well, and tells nobody', async () => {
      expect(await make().probe?.(null, signal())).toBeNull();
      expect(await make().probe?.('shop', signal())).toBeNull();
      expect(server).toMatchObject({ alerts: [], calls: [], changes: [] });
    });

    it('names the setting that is wrong', async () => {
      const wrong = make({ routingKey: 'c'.repeat(32), routingKeys: { shop: 'd'.repeat(32) } });
      expect(await wrong.probe?.(null, signal())).toMatchObject({
        setting: 'routingKey',
        reason: 'PagerDuty answered HTTP 400 Bad Request: Event object is invalid; Invalid routing key.',
      });
      expect(await wrong.probe?.('shop', signal())).toMatchObject({ setting: 'routingKeys' });
      expect(await wrong.probe?.('payments', signal())).toMatchObject({ setting: null });
      expect(await make({ url: `${server.url}/api` }).probe?.(null, signal())).toMatchObject({
        setting: 'url',
      });
    });

    it('does not blame a setting where nobody answers', async () => {
      server.instead = { status: 503 };
      expect(await make().probe?.(null, signal())).toBeNull();
      server.instead = 'never';
      expect(await make({ timeoutMs: 100 }).probe?.(null, signal())).toBeNull();
    });
  });

  it('takes settings that can work', () => {
    const schema = Compile(pagerDutySettings);
    expect(schema.Check({ routingKey: key })).toBe(true);
    expect(schema.Check({ routingKey: key, routingKeys: { 'shop.eu': other } })).toBe(true);
    expect(schema.Check({ routingKey: 'short' })).toBe(false);
    expect(schema.Check({ routingKey: key, routingKeys: { 'a b': other } })).toBe(false);
    expect(schema.Check({ routingKey: key, routingKeys: { shop: 'short' } })).toBe(false);
    expect(schema.Check({})).toBe(false);
    expect(() => make({ url: 'https://me:pw@example.test/' })).toThrow('pagerduty pager url');
  });
});
