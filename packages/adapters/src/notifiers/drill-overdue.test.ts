import type { Notification, Notifier } from '@lastgood/domain';
import type { Receipt } from '@lastgood/domain/notification/delivery';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { afterEach, expect, test } from 'vitest';
import { createAlertmanager } from './alertmanager/alertmanager.ts';
import { apiV2 } from './alertmanager/alertmanager-harness.ts';
import type { PostedAlert } from './alertmanager/alerts.ts';
import { createPagerDuty } from './pagerduty/pagerduty.ts';
import { startPagerDuty } from './pagerduty/pagerduty-harness.ts';
import { startReceiver } from './receiver-harness.ts';

/* That practice is overdue is an incident of its own, beside one of the release that its message names. */

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const drill = { toldAt: 1 };
const page = { key: 'page', kind: 'rollback_suggested', urgency: 'page' } as const;
const overdue = { key: 'overdue', kind: 'drill_overdue', urgency: 'info', drill } as const;
const over = { key: 'over', kind: 'incident_over', urgency: 'info', drill } as const;

/** As the outbox gives it: with what was left by the message before it of its incident. */
async function tell(notifier: Notifier, said: Partial<Notification>, earlier: Receipt | null = null) {
  const delivery = await notifier.deliver(outgoing(said, { earlier }), new AbortController().signal);
  return delivery.kind === 'delivered' ? (delivery.receipt ?? null) : expect.fail(delivery.reason);
}

test('PagerDuty calls nobody for it, and its end closes no page', async () => {
  const key = 'a'.repeat(32);
  const server = await startPagerDuty([key]);
  const notifier = createPagerDuty({ name: 'pager', routingKey: key, url: server.url });
  closing.push(server.close, notifier.close);
  await tell(notifier, page);
  await tell(notifier, over, await tell(notifier, overdue));
  expect(server.alerts).toMatchObject([{ state: 'triggered' }]);
  expect(server.calls).toHaveLength(1);
});

test('Alertmanager has an alert for it until it is over, and goes on with that of the release', async () => {
  const server = await startReceiver(apiV2);
  const notifier = createAlertmanager({ name: 'alerts', urls: [server.url] }, () => Date.now());
  closing.push(server.close, notifier.close);
  await tell(notifier, page);
  const left = await tell(notifier, overdue);
  await tell(notifier, over, left);
  const posted: PostedAlert[] = server.accepted.flatMap(({ body }) => body);
  const told = posted.map(({ labels: { alertname, severity, incident, key }, endsAt }) => [
    ...[alertname, severity, key, incident?.split('/')[0]],
    Date.parse(endsAt) > Date.now(),
  ]);
  expect(told).toEqual([
    ['LastgoodRollbackSuggested', 'critical', 'page', 'deployment', true],
    ['LastgoodDrillOverdue', 'info', 'overdue', 'drill', true],
    ['LastgoodDrillOverdue', 'info', 'overdue', 'drill', false],
  ]);
});
