import { expect, test } from 'vitest';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints } from './test-steps.ts';

/** What is read when its watch is over is read once a minute, and fires in the reading after. */
const patienceMs = 240_000;

interface Now {
  attention: { serviceName: string; deploymentId: string; standing: { state: string; actor: string } }[];
}

openOwnLastgood();

const path = '/api/v1/services/sandbox/shop/payments';

test('a breach after the watch withdraws *verified* live and stays under what needs a look until somebody acknowledges it', {
  timeout: 2 * patienceMs,
}, async () => {
  const service = await lastgood.get<{
    summary: { current: { deploymentId: string; proof: string } };
    declaration: { triggers?: object[] };
    effectiveTriggers: { queries: { query: string }[] }[];
  }>(path);
  const { deploymentId, proof } = service.summary.current;
  expect(proof).toBe('verified');
  await page.goto(`${lastgood.url}/deployments/${deploymentId}`);
  await page.getByRole('button', { name: /^verified/ }).click();
  await page.getByText(/is verified: it passed its watch|Verified: it passed its watch/).waitFor();
  await page.keyboard.press('Escape');

  // It is its readings that change, in the real world; here it is the limit, so that they breach from now on.
  const limit = {
    ...{
      name: 'too_many',
      query: service.effectiveTriggers[0]?.queries[0]?.query,
      threshold: -1,
      forDuration: 5,
    },
    ...{ comparison: 'greater_than', severity: 'page_and_suggest', unit: 'ratio', description: 'Always.' },
  };
  const { declaration } = service;
  const answer = await lastgood.send('PUT', path, {
    ...declaration,
    triggers: [...(declaration.triggers ?? []), limit],
  });
  expect(answer.status).toBeLessThan(300);
  await page.getByRole('button', { name: /^was verified .*breaches since/ }).waitFor({ timeout: patienceMs });

  await page.goto(lastgood.url);
  const card = page.getByRole('article', { name: 'payments' });
  const needsALook = page.getByRole('region', { name: /Needs a look/ });
  await needsALook.getByRole('article', { name: 'payments' }).waitFor({ timeout: patienceMs });
  await card
    .getByText(/too_many/)
    .first()
    .waitFor();
  await eventually(
    () => lastgood.get<Now>('/api/v1/now'),
    ({ attention }) => attention.some((row) => row.standing.state === 'firing'),
    patienceMs,
  );
  await card.getByRole('button', { name: 'Acknowledge' }).click({ timeout: patienceMs });
  await page.getByRole('textbox', { name: 'Note' }).fill('the bank is down');
  await screenshots(page, 'acknowledge');
  await page.getByRole('button', { name: 'Acknowledge payments' }).click();
  const acknowledged = page.getByRole('region', { name: /Acknowledged/ });
  await acknowledged.getByText(/acknowledged by .*the bank is down/).waitFor({ timeout: 30_000 });
  expect(await needsALook.getByRole('article', { name: 'payments' }).count()).toBe(0);
  await screenshots(page, 'acknowledged');

  await page.getByRole('button', { name: /Take back/ }).click();
  await needsALook.getByRole('article', { name: 'payments' }).waitFor({ timeout: 30_000 });
  expectNoComplaints(complaints);
});
