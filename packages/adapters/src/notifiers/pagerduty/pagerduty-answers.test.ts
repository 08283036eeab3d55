import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { ServiceKey } from '@lastgood/domain/service/service';
import { exampleNotification, outgoing } from '@lastgood/testkit/contracts/notifier';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { told } from '../incident-harness.ts';
import type { Answer } from '../receiver-harness.ts';
import { createPagerDuty } from './pagerduty.ts';
import { type LocalPagerDuty, startPagerDuty } from './pagerduty-harness.ts';
import { pagerDutySettings } from './settings.ts';

const key = 'a'.repeat(32);
const other = 'b'.repeat(32);
const signal = () => new AbortController().signal;
const { suggested } = told;

describe('what PagerDuty answers', () => {
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
      expect(await make().probe?.(null, signal())).toBe('unknown');
      server.instead = 'never';
      expect(await make({ timeoutMs: 100 }).probe?.(null, signal())).toBe('unknown');
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
