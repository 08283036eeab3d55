import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browser, complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { failingShare, images, type ShownWay, shownWays } from './shown-ways.ts';
import { eventually, expectNoComplaints, type RunRow, runs } from './test-steps.ts';

openOwnLastgood();

interface Shown {
  name: string;
  title: string;
  lacks: string | null;
  services: { name: string; versions: { tag: string }[] }[];
}

/** What is offered of it, or what this machine lacks for it; throws while it is not prepared. */
async function offered({ shows, service, tag }: Pick<ShownWay, 'shows' | 'service' | 'tag'>) {
  const { shown } = await lastgood.get<{ shown: Shown[] }>('/api/v1/sandbox');
  const way = shown.find(({ name }) => name === shows);
  if (!way) throw new Error(`the sandbox does not show ${shows}`);
  if (way.lacks !== null) return { lacks: way.lacks };
  const versions = way.services.find(({ name }) => name === service)?.versions ?? [];
  const found = versions.find((one) => tag.test(one.tag));
  if (!found) throw new Error(`${shows} offers no such version: ${JSON.stringify(versions)}`);
  return { title: way.title, tag: found.tag };
}

/** Presses it under *Try it*; the deployment whose page opens. */
async function press(on: Page, title: string, service: string, tag: string): Promise<string> {
  await on.goto(lastgood.url);
  await on.getByRole('heading', { name: title, exact: true }).click();
  await on.getByRole('button', { name: `Deploy failing version ${tag} of ${service}`, exact: true }).click();
  await on.waitForURL(/\/deployments\//);
  return new URL(on.url()).pathname.split('/').at(-1) ?? '';
}

/** The run that takes it back, alone or with others. */
async function runOf(service: string): Promise<RunRow> {
  type Row = RunRow & { members: { service: string }[] };
  const takesBack = ({ service: key, members }: Row) =>
    [key, ...members.map((one) => one.service)].some((one) => one.endsWith(`/${service}`));
  const seen = await eventually(
    async () => (await runs(lastgood)) as Row[],
    (rows) => rows.some(takesBack),
    150_000,
  );
  return seen.find(takesBack) as Row;
}

async function untilDone(id: string): Promise<void> {
  const { run } = await eventually(
    () => lastgood.get<{ run: RunRow }>(`/api/v1/runs/${id}`),
    (view) => !['queued', 'running'].includes(view.run.status),
    150_000,
  );
  expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
}

async function seen(way: ShownWay): Promise<{ shows: string; run: string | null; lacks?: string }> {
  const release = await eventually(
    () => offered(way),
    () => true,
    120_000,
  );
  if ('lacks' in release) return { shows: way.shows, run: null, ...release };
  const before = await way.state();
  const own = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  // Several pages at once, beside all that they look at.
  own.setDefaultTimeout(90_000);
  const ended = await way.during?.();
  const pressedAt = Date.now();
  const deployment = await press(own, release.title, way.service, release.tag);
  await eventually(way.state, (state) => JSON.stringify(state) !== JSON.stringify(before), 60_000);
  if (way.answering[0]) expect(await failingShare(way.answering[0], 80)).toBeGreaterThan(0.02);
  const run = await runOf(way.service);
  expect(run.requester.kind).toBe('automatic');
  await untilDone(run.id);
  process.stdout.write(
    `${way.shows}: verified ${((Date.now() - pressedAt) / 1000).toFixed(0)} s after it was pressed\n`,
  );
  expect(await way.state()).toEqual(before);
  await ended?.();
  for (const service of way.answering) expect(await failingShare(service)).toBe(0);
  await own.goto(`${lastgood.url}/deployments/${deployment}`);
  await own
    .getByText(/rolled back/i)
    .first()
    .waitFor();
  await own.close();
  return { shows: way.shows, run: run.id };
}

test('a failing release of each way is taken back by it, and the world is as it was before', async () => {
  await page.goto(lastgood.url);
  await page.getByRole('heading', { name: 'Try it' }).waitFor();
  await screenshots(page, 'try-it');
  for (const { shows, run, lacks } of await Promise.all(shownWays.map(seen))) {
    if (run === null) {
      process.stdout.write(`skipped: ${shows}, ${lacks}\n`);
      continue;
    }
    await page.goto(`${lastgood.url}/runs/${run}`);
    await page.getByText('Rolled back', { exact: true }).first().waitFor();
    await screenshots(page, `way-${shows}`);
  }
  expectNoComplaints(complaints);
}, 480_000);

test('a contract that breaks two dependents goes back with both, callers first', async () => {
  const release = await offered({ shows: 'cascade', service: 'catalog', tag: /-api3$/ });
  if ('lacks' in release) throw new Error('it needs nothing of the machine');
  const workloads = ['deployments/catalog', 'deployments/checkout', 'daemonsets/edge'] as const;
  const before = await images(...workloads);
  const deployment = await press(page, release.title, 'catalog', release.tag);
  await eventually(
    () => Promise.all([failingShare('checkout'), failingShare('edge')]),
    (shares) => shares.every((share) => share > 0.1),
    60_000,
  );
  // A pod that ends under a request is none of its answers.
  await eventually(
    () => failingShare('catalog'),
    (share) => share === 0,
    60_000,
  );
  expect(page.url()).toContain(deployment);
  await page.getByRole('button', { name: /^Roll back to v12/ }).focus();
  await page.getByLabel('Take edge, checkout back too, callers first').check();
  await page.getByRole('button', { name: /^Roll back to v12/ }).click();
  await untilDone((await runOf('catalog')).id);
  expect(await images(...workloads)).toEqual(before);
  for (const service of ['checkout', 'edge', 'catalog']) expect(await failingShare(service)).toBe(0);
  await page.goto(`${lastgood.url}/runs/${(await runOf('catalog')).id}`);
  await page.getByText('Rolled back', { exact: true }).first().waitFor();
  await screenshots(page, 'way-cascade');
  expectNoComplaints(complaints);
});
