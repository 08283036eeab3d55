import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningWorld, startOrAdoptWorld } from '@lastgood/sandbox/world/index';
import { type SlackServer, startSlackServer } from '@lastgood/testkit/servers/slack-server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { collectComplaints, openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';
import { screenshots } from './screenshots.ts';
import { expectNoComplaints } from './test-steps.ts';

/*
 * Nobody would be woken by a service: said as it is applied and on its page, whether nobody is configured or its route leads to a
 * channel that is not there, until a route leads to somebody. The command line is the real one; Slack behaves as its documentation says.
 */
let folder: string;
let world: RunningWorld;
let slack: SlackServer;
let lastgood: Lastgood;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-unheard-'));
  [world, slack] = await Promise.all([
    startOrAdoptWorld(join(folder, 'world'), undefined, ['plain']),
    startSlackServer(),
  ]);
  await configure('');
  [lastgood, browser] = await Promise.all([
    startLastgood({ LASTGOOD_CONFIG: join(folder, 'lastgood.yaml') }),
    openBrowser(),
  ]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  complaints = collectComplaints(page);
});
afterAll(async () => {
  await browser?.close();
  await lastgood?.stop();
  await Promise.all([world?.stop(), slack?.close()]);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

async function configure(more: string): Promise<void> {
  const { prometheusUrl, kubeconfig } = world.addresses;
  const known = `sandbox: false\nmetrics: { main: { url: "${prometheusUrl}" } }\nclusters: { prod: { kubeconfig: ${kubeconfig} } }\n`;
  await writeFile(join(folder, 'lastgood.yaml'), known + more);
}

/** What `lastgood apply` says of the service, declared with these routes. */
async function apply(routes: string): Promise<string> {
  const file = join(folder, 'checkout.yaml');
  await writeFile(file, `kind: Service\nname: prod/shop/checkout\n${routes}`);
  return new Promise((resolve, reject) => {
    execFile(
      join(import.meta.dirname, '../apps/cli/bin/lastgood.mjs'),
      ['apply', file],
      { env: { ...process.env, LASTGOOD_URL: lastgood.url } },
      (error, answer, said) => (error ? reject(new Error(said, { cause: error })) : resolve(answer + said)),
    );
  });
}

const notice = () => page.getByRole('note', { name: 'Who is woken' });
const servicePage = () => page.goto(`${lastgood.url}/services/prod/shop/checkout`);

test('that nobody is configured is said as a service is applied and on its page', async () => {
  const nobody = /Nobody is woken by this service .*: no notifier that tells people is configured/;
  expect(await apply('')).toMatch(nobody);
  await servicePage();
  await notice().getByText(nobody).waitFor({ timeout: 30_000 });
  await screenshots(page, 'unheard-nobody');
  await expectAccessible(page, 'a service of which nobody is woken');
});

test('so is a route to a channel that is not there, with where it stands; and it goes with a route that leads to somebody', async () => {
  await lastgood.interrupt('SIGTERM');
  await configure(
    `notifiers: [{ kind: slack, name: chat, url: "${slack.api}", token: ${slack.token}, channel: C0INCIDENTS }]\n`,
  );
  await lastgood.start();
  const missing = /notify\.0 of the service: chat \(C0REMOVED1\): Slack answered channel_not_found\./;
  const said = await apply('notify: [{ to: [{ notifier: chat, to: C0REMOVED1 }], fallback: [] }]\n');
  expect(said).toMatch(missing);
  expect(said).toContain('Nobody is woken by this service');
  expect(said).not.toContain(slack.token);
  await servicePage();
  await notice().getByText(missing).waitFor({ timeout: 30_000 });
  await screenshots(page, 'unheard-channel');

  const mended = await apply('notify: [{ to: [{ notifier: chat }] }]\n');
  expect(mended).toContain('applied');
  expect(mended).not.toContain('Nobody is woken');
  await servicePage();
  await page.getByRole('heading', { name: 'checkout' }).first().waitFor({ timeout: 30_000 });
  expect(await notice().count()).toBe(0);
  expectNoComplaints(complaints);
});
