import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = join(import.meta.dirname, '..', 'test-results', 'screenshots');

/** Until the page has taken over another colour scheme. */
const settleMs = 250;

/** The page as it is, light and dark, on a laptop and on a phone, for people to look at. Costs a second or two. */
export async function screenshots(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize();
  for (const [size, width, height] of [
    ['wide', 1280, 900],
    ['narrow', 360, 780],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(settleMs);
      await page.screenshot({
        path: join(folder, `${name}-${size}-${scheme}.png`),
        fullPage: size === 'wide',
      });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before) await page.setViewportSize(before);
}
