import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Until the page has taken over another colour scheme. */
const settleMs = 250;

/**
 * Every rule of axe, the experimental ones and best practices included, in both schemes, with what it finds counted as faults of the
 * page as it stands. One line for a state: `await expectAccessible(page, 'Services')`.
 */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const found: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(settleMs);
    if (!(await page.evaluate<boolean>('"axe" in window'))) await page.addScriptTag({ path: axePath });
    found.push(...(await page.evaluate<string[]>(run)).map((finding) => `${state}, ${scheme}: ${finding}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  expect(found).toEqual([]);
}

const run = `(async () => {
  const enabled = Object.fromEntries(axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }]));
  const { violations } = await axe.run(document, { rules: enabled, resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
    id + ' at ' + node.target.join(' ') + ': ' + node.html.slice(0, 160) + ' (' + node.failureSummary.replace(/\\s+/g, ' ').slice(0, 240) + ')'));
})()`;
