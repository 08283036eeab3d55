import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalReceiver, startReceiver } from '../receiver-harness.ts';
import { createAlertmanager } from './alertmanager.ts';
import { apiV2 } from './alertmanager-harness.ts';
import { type AlertmanagerSettings, alertmanagerSettings } from './settings.ts';
import { alertmanager as vendor } from './vendor.ts';

const signal = () => new AbortController().signal;
const at = exampleNotification.at;
const hour = 3_600_000;
const quarter = hour / 4;

notifierContract('Alertmanager', async () => {
  const server = await startReceiver(apiV2);
  const wire = await startWire(Number(new URL(server.url).port), () => server.accepted.length);
  const notifier = createAlertmanager({ name: 'alerts', urls: [wire.url] });
  const deadNotifier = createAlertmanager({ name: 'dead', urls: [`http://127.0.0.1:${await closedPort()}`] });
  return {
    notifier,
    wire,
    deadNotifier,
    behave(mood) {
      server.instead = { accepts: null, fails: { status: 500 }, refuses: { status: 400, json: 'no' } }[mood];
    },
    accepted: () =>
      server.accepted.map(({ body: [alert] }) => ({
        key: alert.labels.key,
        title: alert.annotations.summary,
      })),
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close()]);
      await wire.close();
      await server.close();
    },
  };
});

describe('an alert', () => {
  let server: LocalReceiver;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startReceiver(apiV2);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  function open(over: Partial<AlertmanagerSettings> = {}, now = at + 5_000) {
    const notifier = createAlertmanager({ name: 'alerts', urls: [server.url], ...over }, () => now);
    closing.push(notifier.close);
    return notifier;
  }
  type Alertmanager = ReturnType<typeof open>;

  async function send(notifier: Alertmanager, over: Partial<Notification>, earlier: Receipt | null = null) {
    const delivery = await notifier.deliver(outgoing(over, { earlier }), signal());
    return delivery.kind === 'delivered' ? (delivery.receipt ?? {}) : expect.fail(delivery.reason);
  }
  const bodies = () => server.accepted.map(({ body }) => body);

  it('says all of a message', async () => {
    const notifier = open({
      labels: { source: 'lastgood', service: 'not mine' },
      severities: { page: 'p1' },
    });
    await send(notifier, { key: 'k1', kind: 'rollback_suggested', urgency: 'page' });
    expect(bodies()).toEqual([
      [
        {
          labels: {
            ...{ source: 'lastgood', alertname: 'LastgoodRollbackSuggested', service: 'cart' },
            ...{
              environment: 'production',
              team: 'shop',
              severity: 'p1',
              incident: 'deployment/d-42',
              key: 'k1',
            },
          },
          annotations: {
            stage: 'Rollback suggested',
            summary:
              'cart is back on release 41 – “checkout” works again · high_error_rate 31 % > 5 % · production · waits for a person',
            description: 'high_error_rate was 0.31 (limit 0.05) for 2 min.\nNext: look at release 42.',
            ...{ version: 'v42 → v41 (release 42 → 41)', trigger: 'high_error_rate', took: '1 min 34 s' },
            ...{ measured: '31 % (fires at > 5 %)', since: '2023-11-14 22:11:20 UTC (for 2 min)' },
            next: 'Nothing happens by itself: it waits for a person.',
            plan: '1. Undo the rollout of cart\n2. Verify',
          },
          startsAt: '2023-11-14T22:13:20.000Z',
          endsAt: '2023-11-14T22:28:25.000Z',
          generatorURL: 'https://lastgood.example/runs/7f3a',
        },
      ],
    ]);
  });

  it('bears a label where it is a test', async () => {
    await send(open(), { key: 'k1', kind: 'rollback_suggested', urgency: 'page', test: true });
    expect(bodies()).toMatchObject([[{ labels: { test: 'true', alertname: 'LastgoodRollbackSuggested' } }]]);
  });

  it('fires until its next stage, and its end is an alert too, as what only ends may be told to nobody', async () => {
    const notifier = open();
    const suggested = await send(notifier, { key: 'k1', kind: 'rollback_suggested', urgency: 'page' });
    const rolling = await send(notifier, { key: 'k2', kind: 'rolling_back', at: at + 1_000 }, suggested);
    const done = await send(notifier, { key: 'k3', at: at + 2_000 }, rolling);
    const told = bodies().map((alerts) =>
      alerts.map(
        ({
          labels,
          startsAt,
          endsAt,
        }: {
          labels: Record<string, string>;
          startsAt: string;
          endsAt: string;
        }) => [...[labels.alertname, labels.key, Date.parse(startsAt) - at, Date.parse(endsAt) - at]],
      ),
    );
    expect(told).toEqual([
      [['LastgoodRollbackSuggested', 'k1', 0, 5_000 + quarter]],
      [
        ['LastgoodRollbackSuggested', 'k1', 0, 1_000],
        ['LastgoodRollingBack', 'k2', 1_000, 5_000 + quarter],
      ],
      [
        ['LastgoodRollingBack', 'k2', 1_000, 2_000],
        ['LastgoodRolledBack', 'k3', 2_000, 5_000 + hour],
      ],
    ]);
    expect(done).toEqual({});
    expect(bodies()[2][0].annotations.stage).toBe('Rolled back and verified');
  });

  it('resolves what nobody has to act on any more, and posts nothing where nothing fires', async () => {
    const notifier = open();
    const suggested = await send(notifier, { key: 'k1', kind: 'rollback_suggested', urgency: 'page' });
    expect(await send(notifier, { key: 'k2', kind: 'incident_over', at: at + 1_000 }, suggested)).toEqual({});
    expect(bodies()[1]).toMatchObject([
      { labels: { key: 'k1' }, endsAt: new Date(at + 1_000).toISOString() },
    ]);
    expect(await send(notifier, { key: 'k2', kind: 'incident_over' }, {})).toEqual({});
    expect(bodies()).toHaveLength(2);
  });

  it('changes nothing as somebody is at it: it fires on', async () => {
    const notifier = open();
    const suggested = await send(notifier, { key: 'k1', kind: 'rollback_suggested', urgency: 'page' });
    expect(await send(notifier, { key: 'k2', kind: 'taken_on', at: at + 1_000 }, suggested)).toEqual(
      suggested,
    );
    expect(bodies()).toHaveLength(1);
  });

  it('tells that a rollback was called off, which ends it as well', async () => {
    const notifier = open();
    const rolling = await send(notifier, { key: 'k1', kind: 'rolling_back' });
    expect(await send(notifier, { key: 'k2', kind: 'rollback_cancelled' }, rolling)).toEqual({});
    expect(bodies()[1].map(({ labels }: { labels: Record<string, string> }) => labels.alertname)).toEqual([
      'LastgoodRollingBack',
      'LastgoodRollbackCancelled',
    ]);
  });

  it('fires on where a rollback was called off and what was wrong is as it was, until that is over', async () => {
    const notifier = open();
    const rolling = await send(notifier, { key: 'k1', kind: 'rolling_back' });
    const wrong = await send(notifier, { key: 'k2', kind: 'still_wrong' }, rolling);
    expect(await send(notifier, { key: 'k3', kind: 'incident_over', at: at + 2_000 }, wrong)).toEqual({});
    const names = (n: number) =>
      bodies()[n].map(({ labels }: { labels: Record<string, string> }) => labels.alertname);
    expect(names(1)).toEqual(['LastgoodRollingBack', 'LastgoodStillWrong']);
    expect(names(2)).toEqual(['LastgoodStillWrong']);
  });

  it('tells that a rollback is verified though nothing fires that it could resolve', async () => {
    expect(await send(open(), { key: 'k1' })).toEqual({});
    expect(bodies()[0]).toMatchObject([
      { labels: { alertname: 'LastgoodRolledBack' }, endsAt: new Date(at + 5_000 + hour).toISOString() },
    ]);
  });

  it('is one alert however often it is posted', async () => {
    const notifier = open();
    const first = await send(notifier, { key: 'k1', kind: 'rolling_back' });
    await send(notifier, { key: 'k1', kind: 'rolling_back' }, first);
    expect(bodies()[1]).toEqual(bodies()[0]);
  });

  it('stands beside the course of the incident where it is a word of the plan', async () => {
    const notifier = open();
    const rolling = await send(notifier, { key: 'k1', kind: 'rolling_back' });
    expect(await send(notifier, { key: 'k2', kind: 'rollback_notice' }, rolling)).toEqual(rolling);
    expect(bodies()[1].map(({ labels }: { labels: Record<string, string> }) => labels.alertname)).toEqual([
      'LastgoodRollbackNotice',
    ]);
  });

  it('fires for its whole time though it could be posted only a day after', async () => {
    await send(open({ firingMinutes: 60 }, at + 30 * hour), { kind: 'rollback_failed' });
    expect(bodies()[0][0].endsAt).toBe(new Date(at + 31 * hour).toISOString());
  });

  it('is never resolved before it began, whatever clocks say', async () => {
    const notifier = open();
    const rolling = await send(notifier, { kind: 'rolling_back' });
    await send(notifier, { at: at - 60_000 }, rolling);
    expect(bodies()[1][0].endsAt).toBe(bodies()[1][0].startsAt);
  });

  it.each([
    { open: '{' },
    { open: '{"labels":{"a-b":"c"},"startsAt":1}' },
    { open: 'null' },
    { other: 'x' },
  ] as Receipt[])('leaves a receipt aside that is none: %o', async (earlier) => {
    await send(open(), { kind: 'rolling_back' }, earlier);
    expect(bodies()[0]).toHaveLength(1);
  });

  it('has labels that a route can tell apart, and none that is empty', async () => {
    const notifier = open();
    const facts = exampleNotification.facts as NonNullable<typeof exampleNotification.facts>;
    const service = { ...facts.service, team: null, name: 'a"b\n{}' };
    const given = outgoing({ kind: 'rollback_failed', facts: { ...facts, service } }, { to: 'night shift' });
    expect(await notifier.deliver(given, signal())).toMatchObject({ kind: 'delivered' });
    expect(bodies()[0][0].labels).toMatchObject({ to: 'night shift', service: 'a"b {}' });
    expect(bodies()[0][0].labels).not.toHaveProperty('team');
  });

  it('is cut where it is too long, and its receipt is small enough to be kept', async () => {
    const long = 'x😀'.repeat(20_000);
    const facts = exampleNotification.facts as NonNullable<typeof exampleNotification.facts>;
    const receipt = await send(open(), {
      ...{ kind: 'rollback_failed', key: long, title: long, text: long, deploymentId: long },
      facts: { ...facts, versions: long, service: { name: long, environment: long, team: long } },
    });
    expect(server.accepted[0]?.bytes).toBeLessThan(40_000);
    expect(JSON.stringify(receipt).length).toBeLessThan(4_000);
  });

  it('is delivered where one of several has it', async () => {
    const dead = `http://127.0.0.1:${await closedPort()}`;
    expect(await send(open({ urls: [dead, server.url] }), {})).toEqual({});
    server.instead = { status: 400, json: 'no' };
    const delivery = await open({ urls: [server.url, dead] }).deliver(outgoing(), signal());
    expect(delivery).toMatchObject({ kind: 'retry' });
  });

  it.each([
    [
      { status: 400, json: 'bad label' },
      { kind: 'refused', reason: 'Alertmanager answered HTTP 400 Bad Request: bad label.' },
    ],
    [{ status: 401 }, { kind: 'refused', reason: expect.any(String) }],
    [
      { status: 302, headers: { location: '/' } },
      { kind: 'refused', reason: expect.stringContaining('not followed') },
    ],
    [
      { status: 429, headers: { 'retry-after': '9' } },
      { kind: 'retry', reason: expect.any(String), afterMs: 9_000 },
    ],
    [
      { status: 503, text: '<html>' },
      { kind: 'retry', reason: expect.any(String), afterMs: null },
    ],
  ] as const)('takes %o for what it is', async (answer, delivery) => {
    server.instead = answer;
    expect(await open().deliver(outgoing(), signal())).toEqual(delivery);
  });

  it('asks for another try of one that never answers', async () => {
    server.instead = 'never';
    const notifier = open({ timeoutMs: 200 });
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'retry' });
    expect(await notifier.probe?.(null, signal())).toBe('unknown');
  });

  it('says who it is, and never in a reason', async () => {
    server.instead = ({ headers }) =>
      headers.authorization ? { status: 400, json: `you said ${headers.authorization}` } : null;
    const bearer = await open({ bearerToken: 'do-not-tell' }).deliver(outgoing(), signal());
    const basic = await open({ username: 'me', password: 'do-not-tell' }).deliver(outgoing(), signal());
    expect([bearer, basic]).toEqual([
      { kind: 'refused', reason: 'Alertmanager answered HTTP 400 Bad Request: you said Bearer ….' },
      { kind: 'refused', reason: 'Alertmanager answered HTTP 400 Bad Request: you said Basic ….' },
    ]);
  });

  it('is preceded by a look at the settings', async () => {
    const probe = (over: Partial<AlertmanagerSettings> = {}) => open(over).probe?.(null, signal());
    expect(await probe()).toBeNull();
    expect(await probe({ urls: [`${server.url}/api/v2`] })).toMatchObject({ setting: 'urls' });
    server.instead = { status: 200, text: '<html>' };
    expect(await probe()).toMatchObject({
      setting: 'urls',
      reason: expect.stringContaining('no Alertmanager'),
    });
    server.instead = { status: 401 };
    expect(await probe()).toMatchObject({ setting: 'bearerToken' });
    expect(await probe({ username: 'a', password: 'b' })).toMatchObject({ setting: 'password' });
    server.instead = { status: 503 };
    expect(await probe()).toBe('unknown');
    expect(await probe({ urls: [`http://127.0.0.1:${await closedPort()}`] })).toBe('unknown');
    expect(bodies()).not.toContainEqual(expect.arrayContaining([expect.anything()]));
  });
});

it('settings that cannot work are refused', () => {
  const schema = Compile(alertmanagerSettings);
  expect(schema.Check({ urls: ['http://a:9093/alerts'] })).toBe(true);
  for (const wrong of [
    {},
    { urls: [] },
    { urls: ['a'] },
    { urls: ['http://a'], labels: { 'a-b': 'c' } },
    { urls: ['http://a'], severities: { page: '' } },
  ]) {
    expect(schema.Check(wrong)).toBe(false);
  }
  expect(
    vendor.contradiction({ urls: ['http://a'], bearerToken: 'a', username: 'b', password: 'c' }),
  ).not.toBeNull();
  expect(vendor.contradiction({ urls: ['http://a'], username: 'b' })).not.toBeNull();
  expect(() => createAlertmanager({ name: 'x', urls: ['http://me:pw@a/'] })).toThrow(
    'alertmanager x urls[0]',
  );
});
