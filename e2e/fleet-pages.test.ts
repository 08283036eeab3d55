import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints, sampleServices } from './test-steps.ts';

openOwnLastgood({ height: 700 });

const patience = { timeout: 60_000 };
const rows = () => page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem');

/** The sandbox's cluster and its Prometheus are one process, which can be made to hang. */
async function world(signal: NodeJS.Signals): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(lastgood.dataDir, 'sandbox/world.json'), 'utf8')) as {
    pid: number;
  };
  process.kill(pid, signal);
}

const scrolled = () => page.evaluate<number>('scrollY');

/** Brings out another version than the one that runs; its tag. */
async function deploy(name: string): Promise<string> {
  const sample = (await sampleServices(lastgood)).find((one) => one.name === name);
  const tag = sample?.versions.find((one) => one.tag !== sample.running)?.tag ?? '';
  const sent = await lastgood.send('POST', '/api/v1/sandbox/deploy', { service: sample?.service, tag });
  expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  return tag;
}

test('an outage is named on the Status page with the services it concerns, until it is over', async () => {
  await page.goto(lastgood.url);
  await page.getByRole('link', { name: 'Status', exact: true }).click();
  await page.getByText(/^Everything that was asked answers/).waitFor(patience);
  await screenshots(page, 'status');
  await world('SIGSTOP');
  try {
    await page.getByRole('heading', { name: /^Prometheus sandbox does not answer since/ }).waitFor(patience);
    await page.getByRole('heading', { name: /^Cluster sandbox does not answer since/ }).waitFor(patience);
    await page.getByText(/^\d+ services cannot be judged: .*checkout/).waitFor(patience);
    await page
      .getByText(/automatic rollbacks wait, and the button cannot work without cluster sandbox/)
      .waitFor(patience);
    await screenshots(page, 'status-outage');
    await page.goto(lastgood.url);
    await page.getByRole('link', { name: 'Which services that concerns' }).first().click();
    await page.waitForURL(`${lastgood.url}/status`);
  } finally {
    await world('SIGCONT');
  }
  await page.getByText(/^Everything that was asked answers/).waitFor(patience);
  expect(await page.getByRole('heading', { name: /does not answer/ }).count()).toBe(0);
}, 180_000);

test('the log is narrowed, keeps its conditions in the address, takes in what is new, and is saved', async () => {
  for (const service of ['search', 'catalog']) await deploy(service);
  await page.goto(`${lastgood.url}/log`);
  await rows().first().waitFor(patience);
  await page.getByLabel('Service', { exact: true }).fill('CATA');
  await page.waitForURL(/q=CATA/);
  await page.getByLabel('About', { exact: true }).selectOption('deployment');
  await page.waitForURL(/kind=deployment/);
  await expect
    .poll(() => rows().getByRole('link', { name: 'catalog', exact: true }).count(), patience)
    .toBeGreaterThan(0);
  await expect.poll(() => rows().getByRole('link', { name: 'checkout', exact: true }).count()).toBe(0);
  await page.reload();
  await rows().first().waitFor(patience);
  expect(await page.getByLabel('Service', { exact: true }).inputValue()).toBe('CATA');

  const tag = await deploy('catalog');
  await rows().filter({ hasText: tag }).first().waitFor(patience);
  await screenshots(page, 'log');

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const csv = await readFile(await (await saving).path(), 'utf8');
  expect(csv.split('\r\n')[0]).toBe('at,type,service,deploymentId,runId,text');
  expect(csv).toContain('sandbox/shop/catalog');
  expect(csv).not.toContain('sandbox/shop/checkout');

  await page.getByLabel('Service', { exact: true }).fill('nobody');
  await page.getByText(/^Nothing of this kind happened/).waitFor(patience);
}, 180_000);

test('what is new waits while somebody reads further down', async () => {
  await page.setViewportSize({ width: 1280, height: 400 });
  await page.goto(`${lastgood.url}/log`);
  await rows().first().waitFor(patience);
  await page.mouse.wheel(0, 400);
  await expect.poll(scrolled).toBeGreaterThan(100);
  const before = await scrolled();
  await deploy('search');
  const button = page.getByRole('button', { name: /^\d+ new$/ });
  await button.waitFor(patience);
  expect(await scrolled()).toBe(before);
  await button.click();
  await rows().first().getByRole('link', { name: 'search', exact: true }).waitFor(patience);
  await button.waitFor({ state: 'detached' });
  expect(await scrolled()).toBe(0);
  await page.setViewportSize({ width: 1280, height: 700 });
}, 120_000);

test('services and rollbacks are found by a part of a name, a team, a label and a state', async () => {
  const path = '/api/v1/services/sandbox/shop/checkout';
  const { declaration } = await lastgood.get<{ declaration: object }>(path);
  const owned = { ...declaration, team: 'Checkout crew', labels: { tier: 'edge' } };
  expect((await lastgood.send('PUT', path, owned)).status).toBe(200);
  await page.goto(`${lastgood.url}/services?team=crew&label=tier%3Dedge`);
  await page.getByText('1 service', { exact: true }).waitFor(patience);
  await page.getByRole('link', { name: /checkout/ }).waitFor(patience);
  await screenshots(page, 'services-filtered');
  await page.getByLabel('State').selectOption('gone');
  await page.getByText(/^No service matches/).waitFor(patience);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('link', { name: /catalog/ }).waitFor(patience);
  await page.getByText('Dependencies', { exact: true }).click();
  await page.getByText(/^Lines lead left/).waitFor(patience);
  await page.goto(`${lastgood.url}/history?q=heck&range=7d`);
  await page.getByRole('heading', { name: 'History' }).waitFor(patience);
  await page
    .getByText(/^(No rollback matches|checkout)/)
    .first()
    .waitFor(patience);
  await screenshots(page, 'history-filtered');
  expectNoComplaints(complaints);
}, 120_000);

const practised = '/services/sandbox/shop/checkout';

/** As the service's page has it. */
const card = () => page.getByRole('region', { name: 'Way back, last practised' });
const overdue = () => card().getByRole('note', { name: 'Practice is overdue' });

async function record(daysAgo: number, note: string): Promise<void> {
  const at = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  const answer = await lastgood.send('POST', `/api/v1${practised}/drills`, { at, note, tookSeconds: 240 });
  expect(answer.status).toBe(201);
}

test('a service says when its way back was practised, that this is overdue, and how to do it', async () => {
  complaints.length = 0;
  await eventually(
    () => lastgood.get<{ drills?: { everyDays: number } }>(`/api/v1${practised}`),
    ({ drills }) => drills?.everyDays === 30,
    60_000,
  );
  await page.goto(lastgood.url + practised);
  await card()
    .getByText(/^Never: /)
    .waitFor({ timeout: 30_000 });
  await card()
    .getByText(/^Due by /)
    .waitFor();
  expect(await overdue().count()).toBe(0);
  await record(40, 'game day on staging');
  await overdue()
    .getByText(/^Overdue since .* \(for 10 d\)/)
    .waitFor({ timeout: 30_000 });
  await card()
    .getByText(/^Recorded by \S+: game day on staging\. .* it took 4 min\. That is 40 d ago\./)
    .waitFor();
  await card()
    .getByText(/lastgood drill record sandbox\/shop\/checkout/)
    .waitFor();
  await expectAccessible(page, 'a service whose practice is overdue');
  await screenshots(page, 'drill-overdue');
  await record(1, 'again');
  await card()
    .getByText(/^Due by .* \(in 28 d 23 h\)/)
    .waitFor({ timeout: 30_000 });
  expect(await overdue().count()).toBe(0);
  expectNoComplaints(complaints);
}, 120_000);
