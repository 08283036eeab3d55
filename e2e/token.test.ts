import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';
import { screenshots } from './screenshots.ts';

const token = 'open-sesame-0123456789';

let folder: string;
let lastgood: Lastgood;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-token-'));
  const file = join(folder, 'lastgood.yaml');
  const sha256 = createHash('sha256').update(token).digest('hex');
  await writeFile(
    file,
    `sandbox: true
server:
  host: 0.0.0.0
  tokens: [{ name: oncall, sha256: ${sha256} }]
`,
  );
  [lastgood, browser] = await Promise.all([startLastgood({ LASTGOOD_CONFIG: file }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await lastgood?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a Lastgood that others can reach asks for a token, keeps it in the tab, and listens live with it', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('heading', { name: 'A token is needed' }).waitFor();
  await screenshots(page, 'token-needed');
  const field = page.getByLabel('Token', { exact: true });
  await field.fill('wrong');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('This token is not known here.').waitFor();
  await field.fill(token);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  await page.getByRole('link', { name: 'checkout' }).first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();

  await page.reload();
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();

  const other = await (await browser.newContext()).newPage();
  await other.goto(lastgood.url);
  await other.getByRole('heading', { name: 'A token is needed' }).waitFor();
  expect((await fetch(`${lastgood.url}/api/v1/now`)).status).toBe(401);
});
