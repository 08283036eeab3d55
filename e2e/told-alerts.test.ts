import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningWorld, startOrAdoptWorld } from '@lastgood/sandbox/world/index';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { collectComplaints, openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';
import { screenshots } from './screenshots.ts';
import { expectNoComplaints, runs } from './test-steps.ts';

/*
 * A team's own alerts are a reason to go back, and who looks sees which. What Alertmanager posts is its wire format; that the real one posts it
 * is shown by server/src/signals/real-alertmanager.test.ts.
 */
let folder: string;
let world: RunningWorld;
let lastgood: Lastgood;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-alerts-'));
  world = await startOrAdoptWorld(join(folder, 'world'), undefined, ['plain']);
  const { prometheusUrl, kubeconfig } = world.addresses;
  await writeFile(
    join(folder, 'lastgood.yaml'),
    `sandbox: false
metrics: { main: { url: "${prometheusUrl}" } }
clusters: { prod: { kubeconfig: ${kubeconfig} } }
signals: { main: { kind: alertmanager } }
evaluator: { intervalSeconds: 5 }
`,
  );
  [lastgood, browser] = await Promise.all([
    startLastgood({ LASTGOOD_CONFIG: join(folder, 'lastgood.yaml') }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await lastgood?.stop();
  await world?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/** Posts as Alertmanager does: one group of alerts, all of one state. */
async function tell(alertname: string, service: string): Promise<void> {
  const startsAt = new Date().toISOString();
  const alert = {
    status: 'firing',
    labels: { alertname, service },
    annotations: {},
    ...{ startsAt, endsAt: '0001-01-01T00:00:00Z', generatorURL: '', fingerprint: `${alertname}-${service}` },
  };
  const answer = await fetch(`${lastgood.url}/api/v1/signals/main`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ version: '4', groupKey: `{}:{alertname="${alertname}"}`, truncatedAlerts: 0, status: 'firing' },
      ...{ receiver: 'lastgood', groupLabels: { alertname }, commonLabels: alert.labels },
      ...{ commonAnnotations: {}, externalURL: 'http://alertmanager.example', alerts: [alert] },
    }),
  });
  expect(answer.status, await answer.text()).toBe(204);
}

test('an alert that a team has already suggests a rollback, and pages say which, and since when', async () => {
  const declared = await lastgood.send('PUT', '/api/v1/services/prod/shop/checkout', {
    workloads: [{ kind: 'Deployment', name: 'checkout' }],
    triggerSets: [],
    triggers: [
      {
        ...{ kind: 'alert', name: 'team_alert', severity: 'auto_rollback' },
        labels: { alertname: 'HighErrorRate', service: '$SERVICE' },
      },
    ],
  });
  expect(declared.status, JSON.stringify(declared.body)).toBe(200);
  const released = await lastgood.send<{ id: string }>('POST', '/api/v1/deployments', {
    service: 'prod/shop/checkout',
    version: 'v42-errors',
  });
  expect(released.status, JSON.stringify(released.body)).toBe(201);
  const deployed = await fetch(`${world.addresses.controlUrl}/deploy`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ service: 'checkout', tag: 'v42-errors' }),
  });
  expect(deployed.ok).toBe(true);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = collectComplaints(page);
  await page.goto(`${lastgood.url}/deployments/${released.body.id}`);
  // Nobody has told anything: that is no health.
  await page
    .getByText(/has told Lastgood nothing yet/)
    .first()
    .waitFor({ timeout: 60_000 });
  await screenshots(page, 'alert-trigger-unheard');
  await page.goto(`${lastgood.url}/status`);
  const source = page
    .getByRole('region', { name: 'Systems' })
    .getByRole('listitem')
    .filter({ hasText: 'Alerts' });
  await source.getByText('Alertmanager main has told Lastgood nothing yet', { exact: false }).waitFor();
  await source.getByText('1 service cannot be judged by alerts: checkout.', { exact: false }).waitFor();
  await screenshots(page, 'status-alerts-unheard');
  await expectAccessible(page, 'Status with a source of alerts that was not heard from');
  await page.goto(`${lastgood.url}/deployments/${released.body.id}`);

  // Another service's is not its own. That it was quiet before the release nobody can say, so it is no act by itself.
  await tell('HighErrorRate', 'payments');
  await tell('HighErrorRate', 'checkout');
  await page
    .getByText(/Not by itself: whether it breached before this deployment started cannot be read/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page
    .getByText(/Alertmanager main told Lastgood nothing before \d\d:\d\d:\d\d UTC/)
    .first()
    .waitFor();
  await screenshots(page, 'alert-trigger-suggested');
  expect(await runs(lastgood)).toEqual([]);
  await page.goto(`${lastgood.url}/status`);
  await source.getByText(/last heard from .* · 2 alerts are kept, 2 not resolved/).waitFor();
  await screenshots(page, 'status-alerts-heard');
  await page.goto(`${lastgood.url}/deployments/${released.body.id}/why`);
  await page
    .getByText(/HighErrorRate since/)
    .first()
    .waitFor({ timeout: 60_000 });
  await screenshots(page, 'alert-trigger-why');
  await expectAccessible(page, 'why an alert suggests a rollback');
  await page.goto(`${lastgood.url}/services/prod/shop/checkout`);
  await page
    .getByText(/team_alert/)
    .first()
    .waitFor({ timeout: 60_000 });
  await screenshots(page, 'alert-trigger-service');
  expectNoComplaints(complaints);
});
