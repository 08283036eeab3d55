import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';

let lastgood: Lastgood;
let browser: Browser;
let page: Page;
let deployment: string;

beforeAll(async () => {
  [lastgood, browser] = await Promise.all([startLastgood(), openBrowser()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const deployed = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', {
    ...{ service: 'sandbox/shop/payments', tag: 'v18' },
  });
  deployment = `/deployments/${deployed.body.id}`;
});

afterAll(async () => {
  await browser?.close();
  await lastgood?.stop();
});

const paths = [
  ...[
    '/',
    '/services',
    '/services?view=graph',
    '/services/sandbox/shop/payments',
    '/services/add',
    '/triggers/try',
    '/triggers/import',
    '/triggers/backtest',
  ],
  ...['/history', '/log', '/status'],
];

async function open(path: string): Promise<void> {
  // What is drawn on a wall takes a busy machine without a graphics card long.
  await page.goto(lastgood.url + path, { waitUntil: 'commit', timeout: 90_000 });
  await page.locator('main h1').first().waitFor({ timeout: 90_000 });
}

/**
 * Texts that their boxes cut off, those for ears alone left out, and whether the page is wider than its window. What ends in an
 * ellipsis is cut on purpose, but for a stump of a few letters.
 */
const clipped = `(() => {
  const cut = [...document.querySelectorAll('main *, header *')].filter((one) => {
    const { overflowX, textOverflow, clipPath, clip, display } = getComputedStyle(one);
    return clipPath === 'none' && clip === 'auto' && display !== 'inline' && one.textContent.trim() !== '' &&
      ['hidden', 'clip'].includes(overflowX) && one.scrollWidth > one.clientWidth + 1 &&
      one.clientWidth !== 1 && (textOverflow !== 'ellipsis' || one.clientWidth < 60);
  }).map((one) => one.tagName + '.' + one.className + ': ' + one.textContent.slice(0, 60));
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth ? [...cut, 'the page: ' + scrollWidth + ' > ' + clientWidth] : cut;
})()`;

test.each([
  ['a wall of 3840 px', 3840, 1080],
  ['a laptop', 1280, 800],
  ['a laptop at 200 %', 640, 400],
  ['a phone', 360, 780],
])('%s clips nothing', async (_size, width, height) => {
  await page.setViewportSize({ width, height });
  for (const path of [...paths, deployment]) {
    await open(path);
    expect([path, await page.evaluate(clipped)]).toEqual([path, []]);
  }
});

test.each([
  ['1280 x 800', 1280, 800],
  ['200 % of it', 640, 400],
  ['360 x 780', 360, 780],
])('at %s the way back is in view when a deployment is opened', async (_size, width, height) => {
  await page.setViewportSize({ width, height });
  await open(deployment);
  const button = page.getByRole('button', { name: /^Roll back to/ }).first();
  await button.waitFor({ timeout: 90_000 });
  const box = await button.boundingBox();
  expect(box && box.y + box.height).toBeLessThanOrEqual(height);
  // Nor does anything lie over its lower edge, as the bar at the bottom of a small screen may.
  expect(await button.evaluate(isUncovered)).toBe(true);
});

test('on paper there is the page alone', async () => {
  await page.setViewportSize({ width: 794, height: 1123 });
  await open(deployment);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.getByRole('navigation').first().waitFor({ state: 'hidden' });
  expect(await page.locator('main h1').first().isVisible()).toBe(true);
  expect(await page.locator('button:visible, nav:visible, header nav:visible').count()).toBe(0);
  const [ground, ink] = await page.evaluate<[string, string]>(
    '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]',
  );
  expect([ground, ink]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
});

function isUncovered(element: Element): boolean {
  const { left, width, bottom } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + width / 2, bottom - 2));
}
