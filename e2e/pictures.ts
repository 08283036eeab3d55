import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { startLastgood } from './lastgood.ts';

/*
 * `npm run pictures`: the pictures of README and docs, light and dark, taken from the running product on its sandbox. A bad version is
 * deployed over a good one that has been watched for a while, so that the charts have data to show; takes about six minutes, the
 * plans of e2e/plans.test.ts and the triggers of e2e/trusted-triggers.test.ts among them.
 * The web app must be built.
 */
const folder = join(import.meta.dirname, '..', 'docs/images');

/** Of healthy readings before the bad deployment. */
const quietMs = 60_000;

const [lastgood, browser] = await Promise.all([startLastgood(), openBrowser()]);
try {
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
  const deploy = async (tag: string) =>
    (
      await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', {
        ...{ service: 'sandbox/shop/checkout', tag },
      })
    ).body.id;

  await deploy('v42');
  await page.waitForTimeout(quietMs);
  await page.goto(`${lastgood.url}/services/add`);
  await page.getByRole('button', { name: 'Choose mail' }).click();
  await page
    .getByText(/%, fires > 5 %/)
    .first()
    .waitFor({ timeout: 60_000 });
  await take(page, 'add-service');

  const bad = await deploy('v43-errors');
  await page.goto(`${lastgood.url}/deployments/${bad}`);
  await page
    .getByText(/rolls back to \S+ in 0:0\d/i)
    .first()
    .waitFor({ timeout: 120_000 });
  await page.locator('.recharts-surface').first().waitFor({ timeout: 60_000 });
  await take(page, 'deployment-pending');
  await page.goto(lastgood.url);
  await page
    .getByRole('heading', { level: 1, name: /checkout/ })
    .first()
    .waitFor();
  await take(page, 'now');

  await page.goto(`${lastgood.url}/runs/${await finishedRun()}`);
  await page
    .getByRole('heading', { name: /checkout/ })
    .first()
    .waitFor();
  await take(page, 'run');
} finally {
  await browser.close();
  await lastgood.stop();
}

// The plans, the triggers and the messages are brought up by their own tests, the plans of the real programs.
const tests = ['plans', 'trusted-triggers', 'add-service', 'messages'].map((name) => `e2e/${name}.test.ts`);
const { status } = spawnSync('vitest', ['run', '--config', 'e2e/vitest.config.ts', ...tests], {
  ...{ cwd: join(import.meta.dirname, '..'), stdio: 'inherit', shell: process.platform === 'win32' },
  env: { ...process.env, LASTGOOD_PICTURES: 'docs' },
});
process.exitCode = status ?? 1;

async function finishedRun(): Promise<string> {
  for (;;) {
    const { items } = await lastgood.get<{ items: { id: string; status: string }[] }>('/api/v1/runs');
    const done = items.find(({ status }) => status === 'done');
    if (done) return done.id;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function take(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    // Until the page has taken the scheme over.
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), timeout: 120_000 });
  }
  process.stdout.write(`docs/images/${name}-{light,dark}.png\n`);
}
