import { peopleKinds, recordKinds } from '@lastgood/domain/notification/notification';
import { notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inShort, inShortAfter, tellAll, told } from '../incident-harness.ts';
import { createPagerDuty } from './pagerduty.ts';
import { type LocalPagerDuty, startPagerDuty } from './pagerduty-harness.ts';

/* Against the wire format of the harness, which says what it was taken from: there is no PagerDuty to run here. */

const key = 'a'.repeat(32);
const other = 'b'.repeat(32);
const signal = () => new AbortController().signal;
const { suggested, began, stopped, done } = told;

notifierContract(
  'PagerDuty',
  async () => {
    const server = await startPagerDuty([key]);
    const wire = await startWire(Number(new URL(server.url).port), () => server.accepted.length);
    const notifier = createPagerDuty({ name: 'pager', routingKey: key, url: wire.url });
    const url = `http://127.0.0.1:${await closedPort()}`;
    const deadNotifier = createPagerDuty({ name: 'dead', routingKey: key, url });
    return {
      ...{ notifier, deadNotifier, wire },
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
        await Promise.all([notifier.close(), deadNotifier.close(), wire.close(), server.close()]);
      },
    };
  },
  () => ({ kind: 'rollback_suggested', urgency: 'page' }),
);

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

  it('opens one alert for a page, acknowledges it as the rollback begins, and resolves it', async () => {
    await tellAll(make(), [suggested, suggested, began, done]);
    const actions = ['trigger', 'trigger', 'acknowledge', 'resolve'];
    expect(server.seen.map(({ body }) => body.event_action)).toEqual(actions);
    const keys = new Set(server.seen.map(({ body }) => body.dedup_key));
    expect([...keys]).toEqual([expect.stringMatching(/^lastgood\/deployment\/d-42\/[0-9a-f]{16}$/)]);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }]);
    expect(server.calls).toEqual(['cart: go back?'].map(inShort));
    const summary = inShortAfter(done.title);
    expect(server.seen.at(-1)?.body).toMatchObject({ payload: { summary } });
  });

  it('wakes somebody when the rollback that it acknowledged stops: what is acknowledged calls nobody again', async () => {
    await tellAll(make(), [suggested, began, stopped]);
    expect(server.calls).toEqual([inShort('cart: go back?'), inShortAfter('cart: the rollback stopped')]);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
    expect(server.seen.at(-1)?.body).toMatchObject({
      event_action: 'resolve',
      payload: { summary: `It goes on under the alert: ${inShortAfter('cart: the rollback stopped')}` },
    });
    await tellAll(make(), [suggested, began, stopped, began, { ...stopped, key: 'once more' }, done]);
    expect(server.alerts.every(({ state }) => state === 'resolved')).toBe(true);
  });

  it('acknowledges what somebody is at, which calls nobody, and resolves it when it is over', async () => {
    const notifier = make();
    await tellAll(notifier, [suggested, told.taken]);
    expect(server.alerts).toMatchObject([{ state: 'acknowledged' }]);
    await tellAll(notifier, [suggested, told.taken, { ...suggested, key: 'calls again' }]);
    expect(server.calls).toHaveLength(2);
    await tellAll(notifier, [suggested, told.taken, { ...suggested, key: 'calls again' }, told.over]);
    expect(server.alerts.every(({ state }) => state === 'resolved')).toBe(true);
  });

  it('wakes somebody for another page though a person acknowledged the first, and not for the same one', async () => {
    const waits = { kind: 'rollback_waits', urgency: 'page', key: 'waits', title: 'cart: waits' } as const;
    const notifier = make();
    await tellAll(notifier, [waits]);
    // On the telephone.
    for (const alert of server.alerts) alert.state = 'acknowledged';
    await tellAll(notifier, [waits]);
    expect(server.calls).toEqual(['cart: waits'].map(inShort));
    await tellAll(notifier, [waits, suggested]);
    expect(server.calls).toEqual(['cart: waits', 'cart: go back?'].map(inShort));
    expect(server.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
  });

  it.each([told.cancelled, told.over])('resolves what ends in any other way: $kind', async (end) => {
    const again = { ...suggested, key: 'fires again' };
    await tellAll(make(), [suggested, end, again]);
    expect(server.calls).toHaveLength(2);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
  });

  it('says of a ruleset that it takes no changes', async () => {
    const ruleset = `R${'c'.repeat(31)}`;
    const own = await startPagerDuty([key, ruleset]);
    closing.push(own.close);
    const at = { url: own.url, routingKey: ruleset };
    expect(await make(at).probe?.(null, signal())).toMatchObject({ setting: 'changeEvents' });
    expect(await make({ ...at, changeEvents: false }).probe?.(null, signal())).toBeNull();
    const named = { url: own.url, routingKeys: { shop: ruleset } };
    expect(await make(named).probe?.('shop', signal())).toMatchObject({ setting: 'changeEvents' });
    expect(await make(named).probe?.(null, signal())).toBeNull();
  });

  it('opens nothing for what wakes nobody', async () => {
    const notifier = make();
    for (const kind of peopleKinds) await notifier.deliver(outgoing({ kind, urgency: 'info' }), signal());
    expect(server.alerts).toEqual([]);
    expect(server.seen.every(({ body }) => /^(acknowledge|resolve)$/.test(body.event_action))).toBe(true);
  });

  it('says everything in the alert', async () => {
    await make().deliver(outgoing(suggested), signal());
    expect(server.seen[0]?.body).toEqual({
      routing_key: key,
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/^lastgood\/deployment\/d-42\//),
      client: 'Lastgood',
      client_url: 'https://lastgood.example/runs/7f3a',
      payload: {
        summary: inShort('cart: go back?'),
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
          Since: '2023-11-14 22:11:20 UTC (for 2 min)',
          Took: '1 min 34 s',
          Next: 'Nothing happens by itself: it waits for a person.',
          Plan: ['1. Undo the rollout of cart', '2. Verify'],
          Text: 'high_error_rate was 0.31 (limit 0.05) for 2 min.\nNext: look at release 42.',
          Key: 'suggested',
        },
      },
      links: [{ href: 'https://lastgood.example/runs/7f3a', text: 'Open in Lastgood' }],
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
      recordKinds.filter((kind) => /registered|failed|rolled_back/.test(kind)),
    );
    expect(server.seen[0]).toMatchObject({
      path: '/v2/change/enqueue',
      body: {
        routing_key: key,
        payload: { source: 'eu/shop/cart', timestamp: '2023-11-14T22:13:20.000Z' },
        links: [{ href: 'https://lastgood.example/deployments/d-42', text: 'Open in Lastgood' }],
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

  it('calls once for a page whose answer was lost', async () => {
    const notifier = make();
    await tellAll(notifier, [suggested]);
    expect(await notifier.deliver(outgoing(suggested), signal())).toMatchObject({ kind: 'delivered' });
    expect(server.calls).toHaveLength(1);
  });

  it('opens the next alert once, though the one before could not be resolved at first', async () => {
    const notifier = make();
    const earlier = await tellAll(notifier, [suggested, began]);
    server.instead = ({ body }) => (body.event_action === 'resolve' ? { status: 503 } : null);
    const again = () => notifier.deliver(outgoing(stopped, { earlier }), signal());
    expect(await again()).toMatchObject({ kind: 'retry' });
    server.instead = null;
    expect(await again()).toMatchObject({
      kind: 'delivered',
      receipt: { page: expect.not.stringMatching(earlier?.page ?? '') },
    });
    expect(server.calls).toEqual([inShort('cart: go back?'), inShortAfter('cart: the rollback stopped')]);
    expect(server.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
  });
});
