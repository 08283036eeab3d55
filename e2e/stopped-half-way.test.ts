import { expect, test } from 'vitest';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { deployQuietly, eventually, expectNoComplaints, runningVersion, runs } from './test-steps.ts';

openOwnLastgood();

const button = (name: string | RegExp) => page.getByRole('button', { name });

test('a rollback is stopped, said to be half-way, and resumed, all on the page of the deployment', async () => {
  const path = '/api/v1/services/sandbox/shop/checkout';
  const { declaration } = await lastgood.get<{ declaration: { checks: { type: string }[] } }>(path);
  // Verified for a minute at least: time enough to press in, on a busy machine too.
  const checks = declaration.checks.map((check) =>
    check.type === 'http' ? { ...check, passes: 30, every: 2, timeout: 400 } : check,
  );
  expect((await lastgood.send('PUT', path, { ...declaration, checks })).status).toBe(200);
  const id = await deployQuietly(lastgood, 'checkout', 'v42');
  await lastgood.send('POST', `/api/v1/deployments/${id}/rollback`, {});
  await page.goto(`${lastgood.url}/deployments/${id}`);

  const panel = page.getByRole('region', { name: 'The rollback' });
  await button('Skip step 4 with reason').waitFor({ timeout: 180_000 });
  const acts = await panel.getByRole('button').allTextContents();
  expect(acts.indexOf('Stop safely')).toBeLessThan(acts.findIndex((word) => word.startsWith('Skip')));
  // By key: a click first waits for the page to hold still.
  await button('Stop safely').press('Enter');
  await button('Stop it').press('Enter');
  const stopped = page.getByRole('region', { name: 'Why it stopped' });
  await stopped.waitFor({ timeout: 180_000 });
  expect(await stopped.textContent()).toMatch(/Stopped at step 4.*3 of 4 steps are done/);
  expect(await runningVersion(lastgood, 'checkout')).toBe('v41');
  // Not calmer than the world: what is half taken back is not called replaced.
  await page.getByText('A rollback stopped and needs a person').first().waitFor();
  // What serves is read from the next slot on, and said.
  await page
    .getByText(/needs a person; high_error_rate 0/)
    .first()
    .waitFor({ timeout: 60_000 });
  await screenshots(page, 'stopped-half-way');

  const others = page.getByRole('region', { name: 'Or back to another release' });
  await others.getByText(/v40 \(release 1\)/).scrollIntoViewIfNeeded();
  await screenshots(page, 'go-further-back');

  await stopped.getByRole('button', { name: 'Resume' }).press('Enter');
  const done = await eventually(
    () => runs(lastgood),
    (items) => items[0]?.status === 'done',
    300_000,
  );
  expect(done).toHaveLength(1);
  expect(done[0]?.verdict).toBe('passed');
  await page.getByText('Rolled back', { exact: true }).first().waitFor();
  expectNoComplaints(complaints);
}, 600_000);
