import { expect, test } from 'vitest';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { leftovers } from './server-process.ts';
import { deployByHand, eventually, expectNoComplaints, runningVersion, runs } from './test-steps.ts';

openOwnLastgood();

test('a failing deployment is seen, waited for, rolled back by itself, verified, and stays on record', async () => {
  await page.goto(lastgood.url);
  await page.getByRole('heading', { name: 'Try it' }).waitFor();
  await screenshots(page, 'now-calm');

  const deployment = await deployByHand(page, lastgood, 'checkout', 'errors');
  await page
    .getByText(/rolls back to \S+ in 0:\d\d/i)
    .first()
    .waitFor({ timeout: 90_000 });
  await screenshots(page, 'deployment-pending');

  const run = (
    await eventually(
      () => runs(lastgood),
      (items) => items.length > 0,
      60_000,
    )
  )[0];
  expect(run).toMatchObject({ requester: { kind: 'automatic' }, target: { version: 'v41' } });
  await page
    .getByText(/Rolling back/i)
    .first()
    .waitFor();

  await page.goto(`${lastgood.url}/runs/${run?.id}`);
  await page.getByText('Rolled back', { exact: true }).first().waitFor({ timeout: 90_000 });
  await screenshots(page, 'run-verified');
  expect((await runs(lastgood))[0]).toMatchObject({ id: run?.id, status: 'done', verdict: 'passed' });
  expect(await runningVersion(lastgood, 'checkout')).toBe('v41');

  await page.goto(`${lastgood.url}/deployments/${deployment}`);
  await page
    .getByText(/rolled back/i)
    .first()
    .waitFor();
  await page.goto(`${lastgood.url}/history`);
  await page
    .getByRole('link', { name: /checkout/ })
    .first()
    .waitFor();
  await screenshots(page, 'history');
  await page.goto(`${lastgood.url}/services`);
  await page
    .getByRole('link', { name: /payments/ })
    .first()
    .waitFor();
  await screenshots(page, 'services');
  expectNoComplaints(complaints);
});

test('what was taken back is held: registering it again answers 409 with the reason', async () => {
  const again = await lastgood.send<{ detail: string; holdId: string }>('POST', '/api/v1/deployments', {
    service: 'sandbox/shop/checkout',
    version: 'v42-errors',
    images: { app: 'sandbox.local/checkout:v42-errors' },
  });
  expect(again.status).toBe(409);
  expect(again.body.holdId).toBeTruthy();
});

test('a healthy deployment is watched and becomes verified', async () => {
  const deployment = await deployByHand(page, lastgood, 'catalog', 'healthy');
  const verified = await eventually(
    () => lastgood.get<{ deployment: { proof: string } }>(`/api/v1/deployments/${deployment}`),
    (view) => view.deployment.proof !== 'pending',
    200_000,
  );
  expect(verified.deployment.proof).toBe('verified');
  expectNoComplaints(complaints);
});

test('ending the server leaves no process behind', async () => {
  const { dataDir } = lastgood;
  await lastgood.stop();
  expect(await leftovers(dataDir)).toEqual([]);
});
