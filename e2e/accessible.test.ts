import { expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { deployByHand, eventually, runs } from './test-steps.ts';

openOwnLastgood();

async function open(path: string, heading: string | RegExp): Promise<void> {
  await page.goto(lastgood.url + path);
  await page.getByRole('heading', { name: heading }).first().waitFor();
}

test.each([
  ['Now', '/', 'Try it'],
  ['Services', '/services', 'Services'],
  ['the graph of dependencies', '/services?view=graph', 'Services'],
  ['a search that finds nothing', '/services?q=nothing-like-it', 'Services'],
  ['a service', '/services/sandbox/shop/checkout', /checkout/],
  ['History', '/history', 'History'],
  ['Status', '/status', 'Status'],
  ['the log', '/log', 'Log'],
  ['adding a service', '/services/add', 'Add a service'],
  ['trying a trigger', '/triggers/try', 'Try a trigger'],
  ['backtesting a trigger', '/triggers/backtest', 'Backtest a trigger'],
  ['importing alert rules', '/triggers/import', 'Import alert rules'],
  ['an address that is no page', '/no/such/page', /no/i],
  ['a deployment that is none', '/deployments/none', /no such/],
])('%s has no finding', async (state, path, heading) => {
  await open(path, heading);
  await expectAccessible(page, state);
});

test('search, help and the name have no finding', async () => {
  await open('/services', 'Services');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys and meanings' });
  await help.waitFor();
  await expectAccessible(page, 'the help');
  await page.keyboard.press('Escape');
  // Keys are its own until it is gone.
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('/');
  await page.getByRole('dialog', { name: /search/i }).waitFor();
  await expectAccessible(page, 'the palette');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /give your name/ }).click();
  await page.getByLabel('Your name').last().waitFor();
  await expectAccessible(page, 'the name');
});

test('a bad deployment, its rollback and its record have no finding', async () => {
  const deployment = await deployByHand(page, lastgood, 'payments', 'errors');
  await page
    .getByText(/rolls back to \S+ in 0:\d\d/i)
    .first()
    .waitFor({ timeout: 90_000 });
  await expectAccessible(page, 'a deployment that breaches');
  const [run] = await eventually(
    () => runs(lastgood),
    ([newest]) => newest?.status === 'done',
    180_000,
  );
  await open('/', 'Try it');
  await expectAccessible(page, 'Now after a rollback');
  await open(`/runs/${run?.id}`, /payments/);
  await expectAccessible(page, 'the record of a rollback');
  await open(`/deployments/${deployment}`, /payments/);
  await expectAccessible(page, 'a deployment that was rolled back');
  await open(`/runs/${run?.id}/why`, /^Why/);
  await page.getByText('Replays as it was').waitFor();
  await expectAccessible(page, 'why a rollback was made');
  await open(`/deployments/${deployment}/why`, /^Why/);
  await expectAccessible(page, 'why a decision was made');
  await open(`/incidents/${deployment}`, 'Incident');
  await expectAccessible(page, 'an incident');
  await open(`/deployments/${deployment}/compare/${run?.targetDeploymentId}`, /payments/);
  await expectAccessible(page, 'a comparison of two releases');
  expect(run?.verdict).toBe('passed');
});

test('the description of the API has no finding', async () => {
  await page.goto(`${lastgood.url}/api/docs`);
  await page
    .getByRole('heading', { name: /Lastgood/ })
    .first()
    .waitFor({ timeout: 60_000 });
  // Regions of examples have one name each, and code samples can be scrolled by key: so the library has it.
  await expectAccessible(page, 'the API page', ['landmark-unique', 'focus-order-semantics']);
});
