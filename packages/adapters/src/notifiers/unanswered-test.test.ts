import { nobody, sampleIncident } from '@lastgood/domain/notification/sample';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { afterEach, expect, it } from 'vitest';
import type { Closable } from '../vendor.ts';
import { createAlertmanager } from './alertmanager/alertmanager.ts';
import { createOpsgenie } from './opsgenie/opsgenie.ts';
import { startOpsgenie } from './opsgenie/opsgenie-harness.ts';
import { createPagerDuty } from './pagerduty/pagerduty.ts';
import { startPagerDuty } from './pagerduty/pagerduty-harness.ts';
import { startReceiver } from './receiver-harness.ts';

/* Who says that it closes what was opened without an answer does, by what that is known by. */

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const signal = () => new AbortController().signal;
const { begins, ends } = sampleIncident(nobody, '7', 1_700_000_000_000);

/** The beginning arrives and nobody hears of it; what ends it knows no more than that it was tried. */
async function endUnanswered(notifier: Closable<Notifier>) {
  closing.push(notifier.close);
  expect(notifier.closesUnanswered).toBe(true);
  await notifier.deliver(outgoing(begins), signal());
  const end = await notifier.deliver(outgoing(ends, { earlier: null, passed: [begins] }), signal());
  expect(end).toMatchObject({ kind: 'delivered' });
}

it('PagerDuty', async () => {
  const routingKey = 'a'.repeat(32);
  const server = await startPagerDuty([routingKey]);
  closing.push(server.close);
  await endUnanswered(createPagerDuty({ name: 'x', url: server.url, routingKey }));
  expect(server.alerts).toMatchObject([{ state: 'resolved' }]);
});

it('Opsgenie', async () => {
  const server = await startOpsgenie('key');
  closing.push(server.close);
  await endUnanswered(createOpsgenie({ name: 'x', url: server.url, apiKey: 'key' }, Date.now, 1));
  await expect.poll(() => server.alerts).toMatchObject([{ state: 'closed' }]);
});

it('Alertmanager', async () => {
  const now = begins.at;
  const server = await startReceiver(() => ({ status: 200 }));
  closing.push(server.close);
  await endUnanswered(createAlertmanager({ name: 'x', urls: [server.url] }, () => now + 5_000));
  const [[opened], [closed]] = server.accepted.map(({ body }) => body) as [
    { labels: object; endsAt: string }[],
    { labels: object; endsAt: string }[],
  ];
  expect(closed?.labels).toEqual(opened?.labels);
  expect(Date.parse(closed?.endsAt ?? '')).toBeLessThanOrEqual(now);
  expect(Date.parse(opened?.endsAt ?? '')).toBeGreaterThan(now);
});
