import { expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints, runs } from './test-steps.ts';

openOwnLastgood();

test('a workload that runs becomes a service: chosen, tried live, applied, and its first deployment is seen', async () => {
  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('link', { name: 'Add a service' }).click();
  await page.getByRole('button', { name: 'Choose mail' }).click();
  const declaration = page.getByLabel('Declaration', { exact: true });
  expect(await declaration.inputValue()).toContain('name: sandbox/shop/mail');
  // Its error rate, read from the metrics that its pods really serve.
  await page
    .getByText(/%, fires > 5 %/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.getByText(/The source has http_requests_total\{service="mail"\}/).waitFor();
  await screenshots(page, 'add-service-tried');
  await expectAccessible(page, 'a declaration that is tried');

  const written = await declaration.inputValue();
  await declaration.fill(`${written}checks: [`);
  await page.getByText(/It is no YAML/).waitFor();
  await declaration.fill(written.replace(/triggerSets:\n {2}- \S+/, 'triggerSets:\n  - none-such'));
  await page
    .getByText(/There is no trigger set none-such/)
    .first()
    .waitFor();
  await declaration.fill(written);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page
    .getByText(/Presumed good, and what can be gone back to: release 1: v8/)
    .waitFor({ timeout: 30_000 });
  await page.getByText(/Change its image/).waitFor();
  await screenshots(page, 'add-service-waiting');
  await expectAccessible(page, 'waiting for the first deployment');

  const deployed = await lastgood.send('POST', '/api/v1/sandbox/deploy', {
    ...{ service: 'sandbox/shop/mail', tag: 'v9' },
  });
  expect(deployed.status).toBe(201);
  await page.getByText(/v9 \(release 2\) is seen and watched/).waitFor({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Watch it' }).click();
  await page.waitForURL(/\/deployments\//);
  // The wrong declaration, which was typed above.
  expectNoComplaints(complaints.filter((one) => !one.includes('422')));
});

test('whoever acts may say a name, before or after, and the record says that it is not proven', async () => {
  await page.getByRole('button', { name: /^Roll back to/ }).waitFor();
  // By key: a click first waits for the page to hold still, and on a busy machine that takes long.
  await page.keyboard.press('r');
  // The press was taken before anybody was asked who pressed.
  const [run] = await eventually(
    () => runs(lastgood),
    (rows) => rows.length > 0,
    30_000,
  );
  expect(run?.requester).toEqual({ kind: 'person', name: 'dashboard' });
  await page.goto(`${lastgood.url}/runs/${run?.id}`);
  await page.getByLabel('Who asked for this?').fill('Ada');
  await page.getByRole('button', { name: 'Sign it' }).click();
  await page.getByRole('button', { name: 'Signing as Ada' }).waitFor();
  await page.getByText('Ada (name not proven)').first().waitFor({ timeout: 30_000 });
  expect((await runs(lastgood))[0]?.requester.name).toBe('Ada (name not proven)');
  await screenshots(page, 'signed-run');
});
