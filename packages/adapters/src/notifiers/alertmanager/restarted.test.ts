import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { Notification } from '@lastgood/domain/notification/notification';
import type { ArrivedMessage, RetoldIncident } from '@lastgood/domain/notification/standing-incident';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import {
  type RealAlertmanager,
  realAlertmanagerMissing,
  startRealAlertmanager,
} from '@lastgood/testkit/servers/real-alertmanager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAlertmanager } from './alertmanager.ts';

/* Debian's real Alertmanager, killed while an incident stands, and left without a word of it. */
const missing = await realAlertmanagerMissing();
const signal = () => new AbortController().signal;
const patient = { timeout: 60_000, interval: 100 };
const suggested = { kind: 'rollback_suggested', urgency: 'page' } as const;

interface Told {
  status: string;
  labels: { key: string };
}

describe.skipIf(missing !== null)(`the real program${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let hook: LocalServer;
  let real: RealAlertmanager;
  const told: string[] = [];
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    hook = await startLocalServer(async (request, response) => {
      const { alerts } = (await json(request)) as { alerts: Told[] };
      told.push(...alerts.map(({ status, labels }) => `${labels.key} ${status}`));
      response.end();
    });
    real = await startRealAlertmanager(`
route:
  receiver: all
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
receivers:
  - { name: all, webhook_configs: [{ url: '${hook.url}/all', send_resolved: true }] }
`);
  }, 120_000);
  afterAll(async () => {
    for (const close of closing) await close();
    await real?.close();
    await hook?.close();
  });

  /** @param slowMs its clock is so far behind: what it posts fires so much shorter */
  function open(slowMs = 0) {
    const notifier = createAlertmanager({ name: 'alerts', urls: [real.url] }, () => Date.now() - slowMs);
    closing.push(notifier.close);
    const arrived: (ArrivedMessage & { since: number })[] = [];
    let earlier: Receipt | null = null;
    return {
      /** Another replica has it, and this one does not. */
      miss(over: Partial<Notification>): void {
        const { notification } = outgoing({ at: Date.now() - slowMs, ...over });
        arrived.push({ notification, agoMs: 0, since: Date.now() });
      },
      async send(over: Partial<Notification>): Promise<void> {
        const given = outgoing({ at: Date.now() - slowMs, ...over }, { earlier });
        const delivery = await notifier.deliver(given, signal());
        if (delivery.kind !== 'delivered') throw new Error(delivery.reason);
        earlier = delivery.receipt ?? earlier;
        arrived.push({ notification: given.notification, agoMs: 0, since: Date.now() });
      },
      /** As the store would give it. */
      async renew(): Promise<void> {
        const incident: RetoldIncident = {
          ...{ incident: 'deployment/d-42', to: null },
          told: arrived.map(({ notification, since }) => {
            const { message } = outgoing(notification);
            return { notification, message, agoMs: Date.now() - since };
          }),
        };
        expect(await notifier.renewal?.renew([incident], signal())).toBeNull();
      },
    };
  }
  async function alertsThere(): Promise<{ labels: { key: string }; endsAt: string }[]> {
    const answer = await fetch(`${real.url}/api/v2/alerts`);
    return (await answer.json()) as Awaited<ReturnType<typeof alertsThere>>;
  }
  const standing = async () => (await alertsThere()).map(({ labels }) => labels.key);
  const endOf = async (key: string) =>
    Date.parse((await alertsThere()).find(({ labels }) => labels.key === key)?.endsAt ?? 'never');
  const isTold = (words: string) => vi.waitFor(() => expect(told).toContain(words), patient);

  it('has what stands again after it was killed, and hears of an end that it missed', {
    timeout: 200_000,
  }, async () => {
    const alerts = open();
    await alerts.send({ ...suggested, key: 'r1' });
    await isTold('r1 firing');
    await real.restart();
    expect(await standing()).toEqual([]);
    await alerts.renew();
    expect(await standing()).toEqual(['r1']);
    await alerts.send({ kind: 'rolling_back', key: 'r2' });
    await isTold('r1 resolved');
    await alerts.renew();
    await isTold('r2 firing');
    expect(await standing()).toEqual(['r2']);
    expect(told.filter((one) => one === 'r1 resolved')).toHaveLength(1);
    alerts.miss({ key: 'r3' });
    await alerts.renew();
    await isTold('r2 resolved');
    await isTold('r3 firing');
  });

  it('calls nothing resolved by the clock while it is said again', { timeout: 200_000 }, async () => {
    // Ten seconds are left of the fifteen minutes, each time that it is said.
    const alerts = open(15 * 60_000 - 10_000);
    await alerts.send({ ...suggested, deploymentId: 'd-43', key: 's1' });
    const end = await endOf('s1');
    expect(end - Date.now()).toBeLessThan(10_000);
    while (!told.includes('s1 firing') || Date.now() < end + 1_500) {
      await alerts.renew();
      await sleep(500);
    }
    expect(told).not.toContain('s1 resolved');
    expect(await endOf('s1')).toBeGreaterThan(end + 1_000);
  });
});
