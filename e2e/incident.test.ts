import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectComplaints, openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';
import { screenshots } from './screenshots.ts';
import { deployByHand, eventually, expectNoComplaints, runs } from './test-steps.ts';

interface Incident {
  to: string | null;
  lanes: {
    serviceName: string;
    spans: { kind: string; trigger: string | null; to: string | null }[];
    marks: { id: number; at: string; kind: string; text: string; trigger: string | null }[];
  }[];
}

interface Readings {
  intervalSeconds: number;
  series: { trigger: string; points: { at: string; value: number | null }[] }[];
}

let lastgood: Lastgood;
let browser: Browser;
let page: Page;
let complaints: string[];
let deployment: string;
/** The trigger that was decided by. */
let decided: string;

const screenshot = (name: string) =>
  page.screenshot({ path: `test-results/screenshots/${name}.png`, fullPage: true });

beforeAll(async () => {
  [lastgood, browser] = await Promise.all([startLastgood(), openBrowser()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  complaints = collectComplaints(page);
  // Verified for some slots at least: time in which a rollback is at work, and what it takes back is read on.
  const path = '/api/v1/services/sandbox/shop/checkout';
  const { declaration } = await eventually(
    () => lastgood.get<{ declaration: { checks: { type: string }[] } }>(path),
    (view) => view.declaration !== undefined,
    60_000,
  );
  const checks = declaration.checks.map((check) =>
    check.type === 'http' ? { ...check, passes: 8, every: 2 } : check,
  );
  expect((await lastgood.send('PUT', path, { ...declaration, checks })).status).toBe(200);
});

afterAll(async () => {
  await browser?.close();
  await lastgood?.stop();
});

test('a failing deployment is a picture while it fails', async () => {
  deployment = await deployByHand(page, lastgood, 'checkout', 'errors');
  await page.getByRole('link', { name: /Incident of checkout/ }).click();
  await page.waitForURL(`**/incidents/${deployment}`);
  await page.getByRole('img', { name: /going on for .*checkout deployed.*pending/ }).waitFor({
    timeout: 90_000,
  });
  await page.getByRole('button', { name: /pending: .*high_error_rate/ }).waitFor();
  await screenshots(page, 'incident-live');
});

test('afterwards it shows deploy, breach, decision, effect and proof, each as the log has it', async () => {
  await eventually(
    () => runs(lastgood),
    (items) => items[0]?.status === 'done',
    120_000,
  );
  const incident = await eventually(
    () => lastgood.get<Incident>(`/api/v1/incidents/${deployment}`),
    ({ lanes }) => lanes.some(({ marks }) => marks.some(({ kind }) => kind === 'verified')),
    30_000,
  );
  const marks = incident.lanes.find(({ serviceName }) => serviceName === 'checkout')?.marks ?? [];
  const kinds = marks.map(({ kind }) => kind);
  decided = marks.find(({ kind }) => kind === 'decision')?.trigger ?? '';
  for (const kind of ['deploy', 'pending', 'fired', 'decision', 'asked', 'first_effect', 'traffic_restored'])
    expect(kinds).toContain(kind);
  const order = ['deploy', 'fired', 'first_effect', 'traffic_restored', 'verified'];
  expect(order.toSorted((a, b) => kinds.indexOf(a) - kinds.indexOf(b))).toEqual(order);

  await page.getByRole('button', { name: /verified/ }).waitFor({ timeout: 30_000 });
  const spot = page.getByRole('button', { name: /verified/ });
  // A tooltip follows the keyboard's focus, not a script's.
  await spot.focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await page.getByRole('tooltip', { name: /verified/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[data-picked]:focus').waitFor();
  await screenshots(page, 'incident-over');
  await page.setViewportSize({ width: 3840, height: 2160 });
  await page.waitForTimeout(500);
  await screenshot('incident-over-3840');
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('what is taken back is read while its rollback is at work, and its breach is a band until it is back', async () => {
  const { lanes } = await lastgood.get<Incident>(`/api/v1/incidents/${deployment}`);
  const lane = lanes.find(({ serviceName }) => serviceName === 'checkout');
  const instant = (kind: string) => Date.parse(lane?.marks.find((mark) => mark.kind === kind)?.at ?? '');
  const [begun, done] = [instant('first_effect'), instant('verified')];
  const path = `/api/v1/deployments/${deployment}/readings`;
  const { series, intervalSeconds } = await lastgood.get<Readings>(path);
  expect(done - begun).toBeGreaterThan(2 * intervalSeconds * 1000);
  const points = series.find(({ trigger }) => trigger === 'high_error_rate')?.points ?? [];
  const during = points.filter(({ at }) => Date.parse(at) > begun && Date.parse(at) <= done);
  expect(during.length).toBeGreaterThanOrEqual(1);
  const band = lane?.spans.find(({ kind, trigger }) => kind === 'firing' && trigger === 'high_error_rate');
  expect(Date.parse(band?.to ?? '')).toBeGreaterThan(begun);
});

test('the charts of the deployment go on with its rollback until the value is back, and quiet ones are folded', async () => {
  await page.goto(`${lastgood.url}/deployments/${deployment}?window=deploy`);
  // Of two that breach either may fire first; the decision stands in the chart of the one that did.
  const chart = page.getByRole('img', { name: new RegExp(`^${decided}: \\d+ values .*v41 from here`) });
  await chart.waitFor({ timeout: 30_000 });
  const words = (await chart.getAttribute('aria-label')) ?? '';
  for (const word of ['pending', 'fired', 'decision', 'first effect', 'traffic restored', 'verified'])
    expect(words).toContain(word);
  const folded = page.getByRole('button', { expanded: false });
  expect(await folded.count()).toBeGreaterThan(0);
  const name = await folded.first().textContent();
  await folded.first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: name ?? '', expanded: true }).waitFor();
  await screenshots(page, 'charts-through-rollback');
});

test('the picture stands in the record that is taken along', async () => {
  const [run] = await runs(lastgood);
  await page.goto(`${lastgood.url}/history`);
  await page.getByRole('link', { name: /Incident of checkout/ }).waitFor();
  const context = page.context();
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: lastgood.url });
  await page.goto(`${lastgood.url}/runs/${run?.id}`);
  await page.getByRole('link', { name: /Incident of checkout/ }).waitFor();
  await page.getByRole('img', { name: /^high_error_rate: / }).waitFor();
  const record = await eventually(
    async () => {
      await page.getByRole('button', { name: 'Copy as Markdown' }).click();
      return page.evaluate<string>('navigator.clipboard.readText()');
    },
    (text) => text.includes('<svg'),
    30_000,
  );
  const svg = /<svg[\s\S]*<\/svg>/.exec(record)?.[0] ?? '';
  expect(svg).not.toMatch(/\n\s*\n|var\(/);
  expect(svg).toContain('traffic restored');
  // As a browser reads it: one well-formed picture.
  const parsed = `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').documentElement.tagName`;
  const root = await page.evaluate<string>(parsed);
  expect(root).toBe('svg');
  expectNoComplaints(complaints);
});
