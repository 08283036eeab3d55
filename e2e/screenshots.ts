import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const folder = join(import.meta.dirname, '..', 'test-results', 'screenshots');
const docsFolder = join(import.meta.dirname, '..', 'docs/images');

/** Until the page has taken over another colour scheme. */
const settleMs = 250;

/** Both sizes and both schemes are seen in two pictures; `LASTGOOD_PICTURES=all` takes the other two, and a wall's, as well. */
const pictures = [
  { size: 'wide', width: 1280, height: 900, schemes: ['light'], others: ['dark'] },
  { size: 'narrow', width: 360, height: 780, schemes: ['dark'], others: ['light'] },
  { size: 'wall', width: 3840, height: 2160, schemes: [], others: ['light'] },
] as const;
const takesAll = process.env.LASTGOOD_PICTURES === 'all';
/** `npm run pictures` takes those of docs. */
const takesDocs = process.env.LASTGOOD_PICTURES === 'docs';

/** The page as it is, light on a laptop and dark on a phone, for people to look at. Charts take a busy machine seconds to draw. */
export async function screenshots(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize();
  for (const { size, width, height, schemes, others } of pictures) {
    const taken = takesAll ? [...schemes, ...others] : schemes;
    if (taken.length > 0) await page.setViewportSize({ width, height });
    for (const colorScheme of taken) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(settleMs);
      await page.screenshot({
        path: join(folder, `${name}-${size}-${colorScheme}.png`),
        fullPage: size === 'wide',
      });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before) await page.setViewportSize(before);
}

/** A part of the page for docs, light and as tall as it is; only where the pictures of docs are taken. */
export async function docsPicture(page: Page, part: Locator, name: string): Promise<void> {
  if (!takesDocs) return;
  const before = page.viewportSize();
  // Room for all of it: what scrolls by itself is cut otherwise.
  await page.setViewportSize({ width: 1280, height: 2400 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.waitForTimeout(settleMs);
  await part.screenshot({ path: join(docsFolder, `${name}.png`), timeout: 120_000 });
  if (before) await page.setViewportSize(before);
  process.stdout.write(`docs/images/${name}.png\n`);
}
