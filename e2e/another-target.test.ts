import { expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { deployQuietly, eventually, expectNoComplaints, runningVersion, runs } from './test-steps.ts';

openOwnLastgood();

test('another release than the last known good is one press away, and what changes stands beside it', async () => {
  const id = await deployQuietly(lastgood, 'checkout', 'v42');
  await page.goto(`${lastgood.url}/deployments/${id}`);
  const others = page.getByRole('region', { name: 'Or back to another release' });
  await others.getByText(/image v42 → v40/).waitFor();
  const changes = page.getByRole('region', { name: 'What changes' });
  expect(await changes.textContent()).toMatch(/checkout:v42.*checkout:v41/);
  await screenshots(page, 'another-target');
  await page.keyboard.press('1');
  const done = await eventually(
    () => runs(lastgood),
    (items) => items[0]?.status === 'done',
    120_000,
  );
  expect(done).toHaveLength(1);
  expect(done[0]).toMatchObject({ verdict: 'passed', target: { release: 1, version: 'v40' } });
  expect(await runningVersion(lastgood, 'checkout')).toBe('v40');
  // What runs after it is called by its version, and said to be an earlier one.
  await page.goto(`${lastgood.url}/services/sandbox/shop/checkout`);
  const releases = page.getByRole('region', { name: 'Releases' });
  expect(await releases.getByRole('listitem').first().textContent()).toMatch(
    /^v40 againrelease 4.*by rollback/,
  );
  await page.getByRole('link', { name: /^Compare v40 .*with v42 / }).click();
  await page.getByRole('heading', { name: 'checkout v40 again → v42 (release 4 → 3)' }).waitFor();
  await page.getByText('sandbox.local/checkout:v42').waitFor();
  await screenshots(page, 'compare-releases');
  expectNoComplaints(complaints);
}, 300_000);

test('a name in the palette leads to the service; with the verb before it, it is rolled back', async () => {
  await deployQuietly(lastgood, 'search', 'v89');
  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('heading', { name: 'Services' }).waitFor();
  await page.getByRole('button', { name: /^Search/ }).click();
  const field = page.getByRole('dialog').getByLabel('Search services, pages and commands');
  await field.fill('v89');
  await page.getByText('search v89 (release 3)').waitFor();
  await field.fill('search');
  await page.getByText('Roll back search to v88').waitFor();
  await screenshots(page, 'palette-acts');
  await field.fill('roll back search');
  await page.getByText('Roll back search to v88').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Undo/ }).waitFor();
  const done = await eventually(
    () => runs(lastgood),
    (items) => items.find(({ service }) => service.endsWith('/search'))?.status === 'done',
    120_000,
  );
  expect(done[0]).toMatchObject({ target: { version: 'v88' }, requester: { kind: 'person' } });
}, 300_000);

test('who depends on what goes back is named with the reason, and goes back with it by one press', async () => {
  // What was taken back of search before stands between: its next release, and what calls it after that.
  const id = await deployQuietly(lastgood, 'search', 'v90');
  await deployQuietly(lastgood, 'catalog', 'v13');
  await page.goto(`${lastgood.url}/deployments/${id}`);
  const followers = page.getByRole('region', { name: 'Who would have to go back too' });
  await followers.getByText(/it was deployed after v90 \(release 5\) of search/).waitFor();
  await screenshots(page, 'followers');
  await followers.getByRole('switch', { name: 'Take catalog back too, callers first' }).check();
  const plan = page.getByRole('region', { name: 'catalog', exact: true });
  await plan.getByText(/Set Deployment catalog to the template of v12/).waitFor();
  await page.getByText('after catalog', { exact: true }).waitFor();
  await screenshots(page, 'group-plan');
  await expectAccessible(page, 'the plan of a group');
  await page.getByRole('button', { name: /^Roll back to v88/ }).click();
  await eventually(
    () => runs(lastgood),
    ([newest]) => newest?.service.endsWith('/search') === true && newest.status === 'done',
    150_000,
  );
  expect(await runningVersion(lastgood, 'search')).toBe('v88');
  expect(await runningVersion(lastgood, 'catalog')).toBe('v12');
  expectNoComplaints(complaints);
}, 300_000);
