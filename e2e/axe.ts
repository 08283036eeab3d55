import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Until the page has taken over another colour scheme. */
const settleMs = 600;

/**
 * Every rule of axe in both schemes, experimental ones and best practices included; not those of WCAG level AAA, for the house keeps AA.
 * One line for a state: `await expectAccessible(page, 'Services')`.
 * @param except rules that somebody else's part of the page breaks
 */
export async function expectAccessible(
  page: Page,
  state: string,
  except: readonly string[] = [],
): Promise<void> {
  const found: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    if ((await page.locator('#root').count()) > 0)
      await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
    await page.waitForTimeout(settleMs);
    // A transition, however short, keeps the colour of before until a frame is drawn, and a busy machine draws few.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    // Evaluated, not added as a script: the page's own security policy lets no other script in.
    if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
    const findings = await page.evaluate<string[]>(runExcept(except));
    found.push(...findings.map((finding) => `${state}, ${scheme}: ${finding}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  expect(found).toEqual([]);
}

const runExcept = (except: readonly string[]) => `(async () => {
  const rules = Object.fromEntries(axe.getRules().map(({ ruleId, tags }) =>
    [ruleId, { enabled: !tags.includes('wcag2aaa') && !${JSON.stringify(except)}.includes(ruleId) }]));
  const { violations } = await axe.run(document, { rules, resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
    id + ' at ' + node.target.join(' ') + ': ' + node.html.slice(0, 160) + ' (' + node.failureSummary.replace(/\\s+/g, ' ').slice(0, 240) + ')'));
})()`;
