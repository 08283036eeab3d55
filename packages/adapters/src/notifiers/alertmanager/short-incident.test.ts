import { json } from 'node:stream/consumers';
import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import { nobody, sampleIncident } from '@lastgood/domain/notification/sample';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import {
  type RealAlertmanager,
  realAlertmanagerMissing,
  startRealAlertmanager,
} from '@lastgood/testkit/servers/real-alertmanager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAlertmanager } from './alertmanager.ts';

/*
 * Debian's real Alertmanager with a `group_wait` as teams have one (30 s by default, shorter here): of what comes and goes within it
 * nobody is told. https://prometheus.io/docs/alerting/latest/configuration/#route
 */
const missing = await realAlertmanagerMissing();
const signal = () => new AbortController().signal;

interface Told {
  status: string;
  labels: { alertname: string; incident: string };
}

describe.skipIf(missing !== null)(`a short incident${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let hook: LocalServer;
  let real: RealAlertmanager;
  let notifier: ReturnType<typeof createAlertmanager>;
  const told: Told[] = [];

  beforeAll(async () => {
    hook = await startLocalServer(async (request, response) => {
      told.push(...((await json(request)) as { alerts: Told[] }).alerts);
      response.end();
    });
    real = await startRealAlertmanager(`
route:
  receiver: all
  group_by: ['alertname', 'incident']
  group_wait: 5s
  group_interval: 1s
receivers:
  - { name: all, webhook_configs: [{ url: '${hook.url}/all', send_resolved: true }] }
`);
    notifier = createAlertmanager({ name: 'alerts', urls: [real.url] });
  }, 120_000);
  afterAll(async () => {
    await notifier?.close();
    await real?.close();
    await hook?.close();
  });

  async function send(messages: readonly Partial<Notification>[]): Promise<void> {
    let earlier: Receipt | null = null;
    for (const message of messages) {
      const delivery = await notifier.deliver(outgoing(message, { earlier }), signal());
      if (delivery.kind !== 'delivered') throw new Error(delivery.reason);
      earlier = delivery.receipt ?? earlier;
    }
  }

  it('is told though it is over before anybody could be told of its stages: a rollback, and the sample of a test', {
    timeout: 120_000,
  }, async () => {
    const at = Date.now();
    await send([
      { deploymentId: 'fast', at, key: 'f1', kind: 'rolling_back' },
      { deploymentId: 'fast', at: at + 1, key: 'f2', kind: 'rolled_back' },
    ]);
    const { begins, ends } = sampleIncident(nobody, 't1', at);
    await send([begins, ends]);
    for (const incident of ['deployment/fast', 'deployment/test-t1']) {
      const labels = expect.objectContaining({ alertname: 'LastgoodRolledBack', incident });
      await vi.waitFor(
        () => expect(told).toContainEqual(expect.objectContaining({ status: 'firing', labels })),
        { timeout: 60_000, interval: 100 },
      );
    }
  });
});
