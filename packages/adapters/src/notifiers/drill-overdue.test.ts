import {
  type DrillNews,
  type DrillSubject,
  drillNews,
  type Notification,
  type Notifier,
} from '@lastgood/domain';
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

const page = { key: 'page', kind: 'rollback_suggested', urgency: 'page' } as const;

const day = 86_400_000;
const now = Date.parse('2026-11-30T12:00:00Z');
const facts = { declared: { everyDays: 90 }, since: now - 95 * day, last: null, canGoBack: true };
const subject: DrillSubject = {
  key: 'eu/shop/cart',
  service: { name: 'cart', environment: 'production', team: 'shop', notify: [] },
  ...{ isDeleted: false, isBusy: false, told: null, facts },
  // That of the page.
  release: { id: 'd-42', release: 42, version: 'v42', commit: null, origin: 'pipeline' },
};

function news(over: Partial<DrillSubject> = {}): DrillNews {
  const told = drillNews({ ...subject, ...over }, now);
  return told ?? expect.fail('nothing is told');
}
const { notification: overdue, told } = news();
const drill = { kind: 'recorded', at: now, tookMs: 240_000, by: 'ada', note: 'game day' } as const;
const { notification: over } = news({ told, facts: { ...facts, last: drill } });

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
  const alerts = posted.map(({ labels: { alertname, severity, incident }, endsAt }) => [
    ...[alertname, severity, incident],
    Date.parse(endsAt) > Date.now(),
  ]);
  const own = ['LastgoodDrillOverdue', 'info', `drill/eu/shop/cart/${now}`];
  expect(alerts).toEqual([
    ['LastgoodRollbackSuggested', 'critical', 'deployment/d-42', true],
    [...own, true],
    [...own, false],
  ]);
  expect(posted[1]?.annotations).toMatchObject({
    stage: 'Drill overdue',
    next: expect.stringMatching(/^Practise it: .*lastgood drill record eu\/shop\/cart/),
    description: expect.stringContaining('It is to be practised every 90 days'),
  });
  expect(posted[1]?.generatorURL).toBe('https://lastgood.example/services/eu/shop/cart');
  expect(posted[2]?.annotations.description).toContain('Recorded by ada: game day.');
});
