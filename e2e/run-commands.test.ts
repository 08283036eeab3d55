import { expect, test } from 'vitest';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints } from './test-steps.ts';

openOwnLastgood();

interface RunView {
  run: { status: string; verdict: string | null; stop: { endState: string } | null };
  timeline: { type: string; text: string }[];
}

/** A rollback that is verified for 40 s at least: time enough to press in, and to be pictured in between. */
async function beginRollback(): Promise<string> {
  const path = '/api/v1/services/sandbox/shop/checkout';
  const { declaration } = await lastgood.get<{ declaration: { checks: { type: string }[] } }>(path);
  const checks = declaration.checks.map((check) =>
    check.type === 'http' ? { ...check, passes: 20, every: 2, timeout: 200 } : check,
  );
  expect((await lastgood.send('PUT', path, { ...declaration, checks })).status).toBe(200);
  const sent = { service: 'sandbox/shop/checkout', tag: 'v42' };
  const deployed = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', sent);
  expect(deployed.status).toBe(201);
  await eventually(
    () => lastgood.get<{ deployment: { status: string } }>(`/api/v1/deployments/${deployed.body.id}`),
    ({ deployment }) => deployment.status === 'completed',
    60_000,
  );
  const run = await lastgood.send<{ id: string }>(
    'POST',
    `/api/v1/deployments/${deployed.body.id}/rollback`,
    {},
  );
  expect(run.status, JSON.stringify(run.body)).toBe(202);
  return run.body.id;
}

const button = (name: string | RegExp) => page.getByRole('button', { name });
const says = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 60_000 });

test('a person stops a run in a known place, goes on, leaves the proof out, and has it verified after all', async () => {
  const id = await beginRollback();
  const view = () => lastgood.get<RunView>(`/api/v1/runs/${id}`);
  await page.goto(`${lastgood.url}/runs/${id}`);

  await button('Skip step 4 with reason').waitFor({ timeout: 60_000 });
  await button('Stop safely').click();
  await says(/^Stops before step 4 .*Left behind: .*nothing proves that it works/);
  await screenshots(page, 'run-stop-asks');
  await button('Stop it').click();
  await says('dashboard stopped it.');
  await says('Stopped at step 4');
  expect((await view()).run).toMatchObject({
    status: 'stopped',
    verdict: null,
    stop: { endState: expect.stringMatching(/^3 of 4 steps are done\. /) },
  });

  await says(/^Goes on with step 4/);
  await button('Resume').click();
  await button('Stop safely').waitFor();
  await button('Skip step 4 with reason').click();
  await says(/ends as stopped, not as verified/);
  expect(await button('Skip it').isDisabled()).toBe(true);
  await page.getByLabel('Reason', { exact: true }).fill('seen by eye on the shop');
  await screenshots(page, 'run-skip-asks');
  await button('Skip it').click();
  await says(/^Nothing proves that it works: left out by dashboard: seen by eye on the shop/);

  await button('Resume').click();
  const done = await eventually(view, ({ run }) => run.status === 'done', 120_000);
  expect(done.run.verdict).toBe('passed');
  const told = done.timeline.map(({ type }) => type).filter((type) => /stop|skip|resume|passed$/.test(type));
  expect(told.filter((type) => type !== 'rollback.check-passed')).toEqual([
    'rollback.stop-asked',
    'rollback.stopped',
    'rollback.resumed',
    'rollback.step-skipped',
    'rollback.stopped',
    'rollback.resumed',
    'rollback.passed',
  ]);
  await page.getByText('Rolled back', { exact: true }).first().waitFor({ timeout: 30_000 });
  expectNoComplaints(complaints);
}, 360_000);

test('a service is deleted on its page, which says first what that leaves behind', async () => {
  const listed = async () => {
    const { items } = await lastgood.get<{ items: { key: string }[] }>('/api/v1/services');
    return items.map(({ key }) => key);
  };
  expect(await listed()).toContain('sandbox/shop/catalog');
  await page.goto(`${lastgood.url}/services/sandbox/shop/catalog`);
  // The graph comes last, and moves what is below it.
  await says(/^Lines lead left/);
  await button('Delete the service').click();
  await says(/Nothing in its cluster is touched, its history stays/);
  await button('Delete catalog').click();
  await page.waitForURL(`${lastgood.url}/services`);
  expect(await listed()).not.toContain('sandbox/shop/catalog');
  const history = '/api/v1/deployments?service=sandbox%2Fshop%2Fcatalog';
  expect((await lastgood.get<{ items: unknown[] }>(history)).items.length).toBeGreaterThan(0);
  // The page may learn over the live connection that its service is gone, and asks once more.
  expect(complaints.filter((one) => !one.includes('404'))).toEqual([]);
});
