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

test('killed in the middle of a run and started again, the server finishes it once', async () => {
  const deployment = await deployByHand(page, lastgood, 'catalog', 'errors');
  await page.getByRole('button', { name: /^Roll back to/ }).click();
  const started = await eventually(
    () => runs(lastgood),
    (items) => items.some((item) => item.service.endsWith('/catalog') && item.status === 'running'),
    30_000,
  );
  const run = started.find((item) => item.service.endsWith('/catalog'));
  await lastgood.kill();
  await page
    .getByText(/connection|disconnected|not live/i)
    .first()
    .waitFor();
  await screenshots(page, 'disconnected');
  await lastgood.start();
  const done = await eventually(
    () => runs(lastgood),
    (items) => items.find((item) => item.id === run?.id)?.status === 'done',
    120_000,
  );
  expect(done.filter((item) => item.service.endsWith('/catalog'))).toHaveLength(1);
  expect(await runningVersion(lastgood, 'catalog')).toBe('v12');
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
