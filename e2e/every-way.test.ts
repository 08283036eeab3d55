import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { showsAll } from './lastgood.ts';
import { browser, complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { failingShare, images, type ShownWay, shownWays } from './shown-ways.ts';
import { eventually, expectNoComplaints, type RunRow, runs } from './test-steps.ts';

openOwnLastgood({ environment: showsAll });

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
  // What could not be opened or prepared is no lack of the machine.
  if (way.lacks?.startsWith('needs ')) return { lacks: way.lacks };
  const versions = way.services.find(({ name }) => name === service)?.versions ?? [];
  const found = versions.find((one) => tag.test(one.tag));
  if (!found) throw new Error(`${shows} offers no such version: ${way.lacks ?? JSON.stringify(versions)}`);
  return { title: way.title, tag: found.tag };
}

/** Presses it under *Try it*; the deployment whose page opens. */
async function press(on: Page, title: string, service: string, tag: string): Promise<string> {
  const shown = on.locator('details').filter({ has: on.getByRole('heading', { name: title, exact: true }) });
  await on.goto(lastgood.url);
  await shown.waitFor();
  // By the keyboard: a click waits until the page has drawn several frames, which a loaded machine is slow at. Of several
  // ways one is open at a time, and the first is from the start.
  if ((await shown.getAttribute('open')) === null) await shown.locator('summary').press('Enter');
  const button = shown.getByRole('button', {
    name: `Deploy failing version ${tag} of ${service}`,
    exact: true,
  });
  await button.waitFor();
  await button.press('Enter');
  await on.waitForURL(/\/deployments\//);
  return new URL(on.url()).pathname.split('/').at(-1) ?? '';
}

/** Several of them are open at once, beside all that they look at. */
async function newPage(): Promise<Page> {
  const own = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  own.setDefaultTimeout(90_000);
  return own;
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

/** A request may be under way to a pod that ends, which is none of the service's answers. */
async function untilAnswering(services: readonly string[]): Promise<void> {
  for (const service of services)
    await eventually(
      () => failingShare(service),
      (share) => share === 0,
      60_000,
    );
}

interface Ended {
  shows: string;
  run: string | null;
  lacks?: string;
}

/** Brings its failing release out, and waits until a run takes it back; what it answers waits until all is healed. */
async function takenBack(way: ShownWay): Promise<() => Promise<Ended>> {
  const release = await eventually(
    () => offered(way),
    () => true,
    120_000,
  );
  if ('lacks' in release) return async () => ({ shows: way.shows, run: null, ...release });
  const before = await way.state();
  const own = await newPage();
  const ended = await way.during?.();
  const pressedAt = Date.now();
  const deployment = await press(own, release.title, way.service, release.tag);
  await own.goto('about:blank');
  await eventually(way.state, (state) => JSON.stringify(state) !== JSON.stringify(before), 60_000);
  const [answering] = way.answering;
  if (answering)
    await eventually(
      () => failingShare(answering, 80),
      (share) => share > 0.02,
      30_000,
    );
  const run = await runOf(way.service);
  expect(run.requester.kind).toBe('automatic');
  return async () => {
    await untilDone(run.id);
    const seconds = ((Date.now() - pressedAt) / 1000).toFixed(0);
    process.stdout.write(`${way.shows}: verified ${seconds} s after it was pressed\n`);
    expect(await way.state()).toEqual(before);
    await ended?.();
    await untilAnswering(way.answering);
    await own.goto(`${lastgood.url}/deployments/${deployment}`);
    await own
      .getByText(/rolled back/i)
      .first()
      .waitFor();
    await own.close();
    return { shows: way.shows, run: run.id };
  };
}

/** A contract that breaks two dependents goes back with both, callers first, at the hand of whoever looks at it. */
async function groupTakenBack(): Promise<() => Promise<Ended>> {
  const release = await eventually(
    () => offered({ shows: 'cascade', service: 'catalog', tag: /-api3$/ }),
    () => true,
    60_000,
  );
  if ('lacks' in release) throw new Error('it needs nothing of the machine');
  const workloads = ['deployments/catalog', 'deployments/checkout', 'daemonsets/edge'] as const;
  const before = await images(...workloads);
  const own = await newPage();
  await press(own, release.title, 'catalog', release.tag);
  await eventually(
    () => Promise.all([failingShare('checkout'), failingShare('edge')]),
    (shares) => shares.every((share) => share > 0.1),
    60_000,
  );
  await untilAnswering(['catalog']);
  await own.getByRole('button', { name: /^Roll back to v12/ }).focus();
  await own.getByLabel('Take edge, checkout back too, callers first').check();
  await own.getByRole('button', { name: /^Roll back to v12/ }).click();
  const run = await runOf('catalog');
  return async () => {
    await untilDone(run.id);
    expect(await images(...workloads)).toEqual(before);
    await untilAnswering(['checkout', 'edge', 'catalog']);
    await own.close();
    process.stdout.write('cascade: verified\n');
    return { shows: 'cascade', run: run.id };
  };
}

/** More that fail in one slot are held by a brake: their cause is likelier something they share. */
const atOnce = 3;

test('a failing release of each way is taken back by it, and the world is as it was before', async () => {
  await page.goto(lastgood.url);
  await page.getByRole('heading', { name: 'Try it' }).waitFor();
  await screenshots(page, 'try-it');
  await page.goto('about:blank');
  const healing: Promise<Ended>[] = [];
  const heals = (healed: () => Promise<Ended>) => {
    healing.push(healed());
    // Told of at the end, with all others.
    healing.at(-1)?.catch(() => undefined);
  };
  // Three services in one, while the heavy ones are still prepared.
  heals(await groupTakenBack());
  for (let first = 0; first < shownWays.length; first += atOnce)
    for (const healed of await Promise.all(shownWays.slice(first, first + atOnce).map(takenBack)))
      heals(healed);
  for (const { shows, run, lacks } of await Promise.all(healing)) {
    if (run === null) {
      process.stdout.write(`skipped: ${shows}, ${lacks}\n`);
      continue;
    }
    await page.goto(`${lastgood.url}/runs/${run}`);
    await page.getByText('Rolled back', { exact: true }).first().waitFor();
    await screenshots(page, `way-${shows}`);
  }
  expectNoComplaints(complaints);
}, 600_000);
