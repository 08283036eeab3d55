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

interface Seen {
  deployment: { status: string };
  standing: { state: string; next: { words: string; at: string | null } | null };
}

test('what depends on a service in trouble waits for it from the first slot on, without a countdown', async () => {
  const view = (id: string) => lastgood.get<Seen>(`/api/v1/deployments/${id}`);
  const isInBreach = ({ standing: { state } }: Seen) => state === 'pending' || state === 'firing';
  const deploy = async (service: string, tag: string) => {
    const sent = { service: `sandbox/shop/${service}`, tag };
    const { status, body } = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', sent);
    expect(status, JSON.stringify(body)).toBe(201);
    return body.id;
  };
  // What was taken back of search speaks against a rollback of catalog for this long: longer than the test.
  const path = '/api/v1/services/sandbox/shop/catalog';
  const { declaration } = await lastgood.get<{ declaration: { policy: object } }>(path);
  const policy = { ...declaration.policy, cooldown: 600 };
  expect((await lastgood.send('PUT', path, { ...declaration, policy })).status).toBe(200);
  const search = await deploy('search', 'v89-errors');
  await eventually(() => view(search), isInBreach, 90_000);
  const catalog = await deploy('catalog', 'v13-errors');
  await page.goto(`${lastgood.url}/deployments/${catalog}`);
  const first = await eventually(() => view(catalog), isInBreach, 90_000);
  const waits = 'waits for search, judged again when it recovers';
  expect(first.standing).toMatchObject({ state: 'pending', next: { words: waits, at: null } });
  await page.getByText(waits).first().waitFor();
  expect(await page.getByText(/rolls back to \S+ in \d+:\d\d/i).count()).toBe(0);
  await screenshots(page, 'dependency-veto');
  // As it was announced: it fires, and nothing is rolled back by itself.
  await eventually(
    () => view(catalog),
    ({ standing }) => standing.state === 'firing',
    90_000,
  );
  expect((await runs(lastgood)).filter(({ service }) => service.endsWith('/catalog'))).toEqual([]);
});

test('a healthy deployment is watched and becomes verified', async () => {
  const deployment = await deployByHand(page, lastgood, 'payments', 'healthy');
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
