import { expect, test } from 'vitest';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { leftovers } from './server-process.ts';
import { deployByHand, eventually, expectNoComplaints, runningVersion, runs } from './test-steps.ts';

openOwnLastgood();

// Three seconds to undo are few for a browser on a busy machine: a press that was missed is tried on another service.
const candidates = ['payments', 'search', 'edge'];

test('the button can be pressed before the trigger fires, undone within three seconds, and pressed again by key', {
  retry: candidates.length - 1,
}, async () => {
  const service = candidates.shift() ?? '';
  complaints.length = 0;
  const good = await runningVersion(lastgood, service);
  await deployByHand(page, lastgood, service, 'errors');
  await page
    .getByText(/rolls back to \S+ in 0:\d\d/i)
    .first()
    .waitFor({ timeout: 90_000 });

  await page.getByRole('button', { name: /^Roll back to/ }).click();
  const undo = page.getByRole('button', { name: /^Undo/ });
  await undo.waitFor();
  // For half a second the button is deaf, so that a double click does not take back what it asked for.
  await page.waitForTimeout(550);
  // By key: a click first waits for the page to hold still, and on a busy machine that takes seconds.
  await page.keyboard.press('u');
  await page.getByText('Undone. Nothing was changed.').waitFor({ timeout: 10_000 });
  expect((await runs(lastgood))[0]).toMatchObject({ status: 'cancelled' });
  expect(await runningVersion(lastgood, service)).toMatch(/-errors$/);

  await page.keyboard.press('r');
  await undo.waitFor();
  await screenshots(page, 'undo-countdown');
  const done = await eventually(
    () => runs(lastgood),
    (items) => items[0]?.status === 'done',
    120_000,
  );
  expect(done[0]).toMatchObject({
    requester: { kind: 'person' },
    verdict: 'passed',
    target: { version: good },
  });
  expect(await runningVersion(lastgood, service)).toBe(good);
  expectNoComplaints(complaints);
});

interface RunRecord {
  run: { status: string; verdict: string | null; awaySeconds: number };
  checks: { name: string; type: string; verdict: string; deadlineAt: string }[];
}

/** What runs of a service are verified by, as it is declared: for some time at least, in which the server can be away. */
async function verifyLonger(service: string): Promise<void> {
  const path = `/api/v1/services/sandbox/shop/${service}`;
  const { declaration } = await eventually(
    () => lastgood.get<{ declaration: { checks: { type: string }[] } }>(path),
    (view) => view.declaration !== undefined,
    60_000,
  );
  const checks = declaration.checks.map((check) =>
    check.type === 'http' ? { ...check, passes: 10, every: 2 } : check,
  );
  expect((await lastgood.send('PUT', path, { ...declaration, checks })).status).toBe(200);
}

test('killed while a run is verified and started again, the server finishes it once, gives it the time it was away, and blames nobody', async () => {
  await verifyLonger('catalog');
  const deployment = await deployByHand(page, lastgood, 'catalog', 'errors');
  await page.getByRole('button', { name: /^Roll back to/ }).click();
  const started = await eventually(
    () => runs(lastgood),
    (items) => items.some((item) => item.service.endsWith('/catalog') && item.status === 'running'),
    30_000,
  );
  const run = started.find((item) => item.service.endsWith('/catalog'));
  const record = () => lastgood.get<RunRecord>(`/api/v1/runs/${run?.id}`);
  const http = ({ checks }: RunRecord) => checks.find(({ type }) => type === 'http');
  const before = await eventually(record, (seen) => http(seen)?.verdict === 'pending', 60_000);
  await lastgood.kill();
  await page
    .getByText(/connection|disconnected|not live/i)
    .first()
    .waitFor();
  await screenshots(page, 'disconnected');
  // Five seconds without a sign of life are the least that counts as away.
  await page.waitForTimeout(6_000);
  await lastgood.start();
  const done = await eventually(
    () => runs(lastgood),
    (items) => items.find((item) => item.id === run?.id)?.status === 'done',
    120_000,
  );
  expect(done.filter((item) => item.service.endsWith('/catalog'))).toHaveLength(1);
  expect(await runningVersion(lastgood, 'catalog')).toBe('v12');
  const after = await record();
  expect(after.run).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(after.run.awaySeconds).toBeGreaterThanOrEqual(5);
  expect(after.checks.every(({ verdict }) => verdict === 'passed')).toBe(true);
  const longer = Date.parse(http(after)?.deadlineAt ?? '') - Date.parse(http(before)?.deadlineAt ?? '');
  expect(Math.round(longer / 1000)).toBe(Math.round(after.run.awaySeconds));

  await page.goto(`${lastgood.url}/runs/${run?.id}`);
  await page
    .getByText(/Lastgood was away (\d+ min )?\d+ s\. What was in progress is given that much longer/)
    .first()
    .waitFor();
  await screenshots(page, 'run-server-was-away');
  await page.goto(`${lastgood.url}/deployments/${deployment}`);
  await page
    .getByText(/rolled back/i)
    .first()
    .waitFor();
});

test('ending the server that took over leaves no process behind', async () => {
  const { dataDir } = lastgood;
  await lastgood.stop();
  expect(await leftovers(dataDir)).toEqual([]);
});
