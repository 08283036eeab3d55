import { json } from 'node:stream/consumers';
import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import { exampleNotification, outgoing } from '@lastgood/testkit/contracts/notifier';
import { type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import {
  type RealAlertmanager,
  realAlertmanagerMissing,
  startRealAlertmanager,
} from '@lastgood/testkit/servers/real-alertmanager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inShort, inShortAfter } from '../incident-harness.ts';
import { createAlertmanager } from './alertmanager.ts';

/*
 * Debian's real Alertmanager: what it makes of the alerts, and what it tells a receiver by its own routes and silences. Its webhook
 * is documented in https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
const missing = await realAlertmanagerMissing();
const signal = () => new AbortController().signal;
const patient = { timeout: 60_000, interval: 100 };

/** What it told a receiver. */
interface Told {
  receiver: string;
  status: 'firing' | 'resolved';
  alertname: string;
  service: string;
  summary: string;
  generatorURL: string;
}

/** An alert as its webhook has it. */
interface ToldAlert extends Pick<Told, 'status' | 'generatorURL'> {
  labels: Pick<Told, 'alertname' | 'service'>;
  annotations: Pick<Told, 'summary'>;
}

describe.skipIf(missing !== null)(`the real program${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let hook: LocalServer;
  let real: RealAlertmanager;
  let notifier: ReturnType<typeof createAlertmanager>;
  const told: Told[] = [];

  beforeAll(async () => {
    hook = await startLocalServer(async (request, response) => {
      const { receiver, alerts } = (await json(request)) as { receiver: string; alerts: ToldAlert[] };
      for (const { status, labels, annotations, generatorURL } of alerts) {
        const { alertname, service } = labels;
        told.push({ receiver, status, alertname, service, summary: annotations.summary, generatorURL });
      }
      response.end();
    });
    real = await startRealAlertmanager(`
route:
  receiver: rest
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
  routes:
    - { receiver: pager, matchers: ['severity="critical"', 'team="shop"'] }
receivers:
  - { name: pager, webhook_configs: [{ url: '${hook.url}/pager' }] }
  - { name: rest, webhook_configs: [{ url: '${hook.url}/rest' }] }
`);
    notifier = createAlertmanager({ name: 'alerts', urls: [real.url] });
  }, 120_000);
  afterAll(async () => {
    await notifier?.close();
    await real?.close();
    await hook?.close();
  });

  async function send(over: Partial<Notification>, earlier: Receipt | null = null): Promise<Receipt> {
    const delivery = await notifier.deliver(outgoing({ at: Date.now(), ...over }, { earlier }), signal());
    return delivery.kind === 'delivered' ? (delivery.receipt ?? {}) : expect.fail(delivery.reason);
  }
  const toldOf = (alertname: string, status: Told['status']) =>
    told.filter((one) => one.alertname === alertname && one.status === status);
  const isTold = (alertname: string, status: Told['status']) =>
    vi.waitFor(() => expect(toldOf(alertname, status)).not.toEqual([]), patient);
  async function standing(): Promise<
    { labels: Record<string, string>; endsAt: string; status: { state: string } }[]
  > {
    const answer = await fetch(`${real.url}/api/v2/alerts`);
    return (await answer.json()) as Awaited<ReturnType<typeof standing>>;
  }

  it('is known by its status', async () => {
    expect(await notifier.probe?.(null, signal())).toBeNull();
    const wrong = createAlertmanager({ name: 'wrong', urls: [`${real.url}/elsewhere`] });
    expect(await wrong.probe?.(null, signal())).toMatchObject({ setting: 'urls' });
    await wrong.close();
  });

  it('tells the receivers of its routes of each stage, and that it is over', {
    timeout: 200_000,
  }, async () => {
    const incident = { deploymentId: 'd-1', title: 'cart fails' };
    const suggested = await send({ ...incident, key: 'a1', kind: 'rollback_suggested', urgency: 'page' });
    await isTold('LastgoodRollbackSuggested', 'firing');
    expect(toldOf('LastgoodRollbackSuggested', 'firing')[0]).toMatchObject({
      ...{ receiver: 'pager', service: 'cart', summary: inShort('cart fails') },
      generatorURL: 'https://lastgood.example/runs/7f3a',
    });
    const [stands] = await standing();
    // Beyond the resolve_timeout of five minutes.
    expect(Date.parse(stands?.endsAt ?? '') - Date.now()).toBeGreaterThan(6 * 60_000);
    const rolling = await send(
      { ...incident, key: 'a2', kind: 'rolling_back', title: 'cart goes back' },
      suggested,
    );
    await isTold('LastgoodRollbackSuggested', 'resolved');
    await isTold('LastgoodRollingBack', 'firing');
    expect(toldOf('LastgoodRollbackSuggested', 'resolved')[0]).toMatchObject({
      summary: `It goes on under the alert: ${inShort('cart goes back')}`,
    });
    expect(toldOf('LastgoodRollingBack', 'firing')[0]).toMatchObject({ receiver: 'rest' });
    await send({ ...incident, key: 'a3', title: 'cart is back' }, rolling);
    await isTold('LastgoodRollingBack', 'resolved');
    expect(toldOf('LastgoodRollingBack', 'resolved')[0]).toMatchObject({
      summary: inShortAfter('cart is back'),
    });
    await isTold('LastgoodRolledBack', 'firing');
    expect(toldOf('LastgoodRolledBack', 'firing')[0]).toMatchObject({
      receiver: 'rest',
      summary: inShortAfter('cart is back'),
    });
    expect((await standing()).map(({ labels }) => labels.key)).toEqual(['a3']);
  });

  it('tells nobody twice of what is posted twice', { timeout: 200_000 }, async () => {
    const incident = { deploymentId: 'd-2', kind: 'rollback_failed', urgency: 'page' } as const;
    const at = Date.now();
    await send({ ...incident, key: 'b1', at });
    await isTold('LastgoodRollbackFailed', 'firing');
    await send({ ...incident, key: 'b1', at });
    // What comes after has been told, and its group's interval is over.
    const rolling = await send({ deploymentId: 'd-3', key: 'b2', kind: 'rollout_failed' });
    await isTold('LastgoodRolloutFailed', 'firing');
    await send({ deploymentId: 'd-3', key: 'b3' }, rolling);
    await isTold('LastgoodRolloutFailed', 'resolved');
    expect(toldOf('LastgoodRollbackFailed', 'firing')).toHaveLength(1);
    expect((await standing()).filter(({ labels }) => labels.key === 'b1')).toHaveLength(1);
  });

  it('keeps quiet about a service that is silenced', { timeout: 200_000 }, async () => {
    const [startsAt, endsAt] = [Date.now() - 1_000, Date.now() + 3_600_000].map((time) =>
      new Date(time).toISOString(),
    );
    const matchers = [{ name: 'service', value: 'cart', isRegex: false, isEqual: true }];
    const silenced = await fetch(`${real.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ matchers, startsAt, endsAt, createdBy: 'me', comment: 'known' }),
    });
    expect(silenced.status).toBe(200);
    await send({ deploymentId: 'd-4', key: 'c1', kind: 'held_version_back', urgency: 'page' });
    await vi.waitFor(async () => {
      const found = (await standing()).find(({ labels }) => labels.key === 'c1');
      expect(found?.status.state).toBe('suppressed');
    }, patient);
    const { facts } = exampleNotification;
    const other = { ...facts, service: { ...facts?.service, name: 'other' } } as NonNullable<typeof facts>;
    await send({ deploymentId: 'd-5', key: 'c2', kind: 'readiness_lost', facts: other });
    await isTold('LastgoodReadinessLost', 'firing');
    expect(toldOf('LastgoodHeldVersionBack', 'firing')).toEqual([]);
  });

  it('takes whatever stands in a name', async () => {
    const odd = 'a"b\\c {{ .Labels }} <!channel> \u0000\n😀 é';
    await send({ deploymentId: odd, key: odd, title: odd, text: odd, kind: 'rollback_waits' });
    expect((await standing()).map(({ labels }) => labels.key)).toContain(
      'a"b\\c {{ .Labels }} <!channel> 😀 é',
    );
  });
});
