import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { expectNoComplaints } from './test-steps.ts';

openOwnLastgood();

test('an alert rule becomes a trigger: judged at its place, completed from the source, split, taken along', async () => {
  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('link', { name: 'Try a trigger' }).click();
  const query = page.getByRole('textbox', { name: 'Query' });
  await query.waitFor({ timeout: 60_000 });
  const findings = page.getByRole('list', { name: 'Findings' });
  await findings.getByText(/An alert rule is written so|answers nothing while all is well/).waitFor({
    timeout: 60_000,
  });
  // It is marked where it stands, too.
  await page.locator('.cm-lintRange-error').first().waitFor();
  await screenshots(page, 'try-trigger-idiom');
  await expectAccessible(page, 'a query with a finding');

  await page.getByRole('button', { name: 'Take query and threshold apart' }).click();
  await page.getByText('Nothing is wrong or doubtful with it.').waitFor({ timeout: 60_000 });
  const declaration = page.locator('section[aria-labelledby=declaration] pre');
  const declared = () => declaration.innerText().then((text) => parse(text).triggers[0]);
  expect(await declared()).toMatchObject({ threshold: 0.05, comparison: 'greater_than' });
  expect((await declared()).query).not.toContain('>');
  await screenshots(page, 'try-trigger-split');

  // A metric that the source does not have, and what it has instead.
  await query.fill('sum(rate(http_request_total{service="$SERVICE"}[2m]))');
  await findings.getByText(/has not seen http_request_total/).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Write http_requests_total' }).click();
  await page.getByText('Nothing is wrong or doubtful with it.').waitFor({ timeout: 60_000 });
  expect((await declared()).query).toBe('sum(rate(http_requests_total{service="$SERVICE"}[2m]))');

  // Names come from the metric source, by way of the server.
  await query.fill('');
  await query.pressSequentially('sum(http_reques');
  await page
    .getByRole('option', { name: /http_requests_total/ })
    .first()
    .waitFor({ timeout: 60_000 });
  await screenshots(page, 'try-trigger-completion');
  await page.keyboard.press('Escape');
  expectNoComplaints(complaints);
});
