import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { docsPicture, screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints, runs } from './test-steps.ts';

openOwnLastgood();

test('a workload that runs becomes a service: chosen, tried live, applied, and its first deployment is seen', async () => {
  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('link', { name: 'Add a service' }).click();
  await page.getByRole('button', { name: 'Choose mail' }).click();
  const declaration = page.getByRole('textbox', { name: 'Declaration', exact: true });
  await declaration.waitFor({ timeout: 60_000 });
  expect(await declaration.textContent()).toContain('name: sandbox/shop/mail');
  // Its error rate, read from the metrics that its pods really serve.
  await page
    .getByText(/%, fires > 5 %/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.getByText(/The source has http_requests_total\{service="mail"\}/).waitFor();
  await screenshots(page, 'add-service-tried');
  await expectAccessible(page, 'a declaration that is tried');

  const written = (await declaration.locator('.cm-line').allTextContents()).join('\n');
  await declaration.fill(`${written}\nchecks: [`);
  await page.getByText(/It is no YAML/).waitFor();
  const findings = page.getByRole('list', { name: 'Findings' });
  await declaration.fill(written.replace(/triggerSets:\n {2}- \S+/, 'triggerSets:\n  - none-such'));
  await findings.getByText(/There is no trigger set none-such/).waitFor();
  const trigger = ['name: mine', 'query: sum(http_request_total{service="$SERVICE"})', 'threshold: 1'];
  const rest = ['comparison: greater_than', 'forDuration: 60', 'severity: log_only'];
  await declaration.fill(`${written}\ntriggers:\n  - ${[...trigger, ...rest].join('\n    ')}`);
  // Told and marked where it stands in the declaration, and mended there.
  await findings.getByText(/has not seen http_request_total/).waitFor({ timeout: 60_000 });
  expect(await page.locator('.cm-lintRange').first().textContent()).toBe('http_request_total');
  await screenshots(page, 'add-service-finding');
  await expectAccessible(page, 'a declaration with a finding');
  await page.getByRole('button', { name: 'Write http_requests_total' }).click();
  await findings.waitFor({ state: 'hidden', timeout: 60_000 });
  expect(await declaration.textContent()).toContain('query: sum(http_requests_total{service="$SERVICE"})');
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

test('an alert rule becomes a trigger: judged at its place, completed from the source, split, taken along', async () => {
  const before = complaints.length;
  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('link', { name: 'Try a trigger' }).click();
  const query = page.getByRole('textbox', { name: 'Query' });
  await query.waitFor({ timeout: 60_000 });
  const findings = page.getByRole('list', { name: 'Findings' });
  const clean = () => page.getByText('Nothing is wrong or doubtful with it.').waitFor({ timeout: 60_000 });
  await clean();
  await query.fill('sum(http_requests_total{service="$SERVICE"}) > 0.05');
  await findings.getByText(/An alert rule is written so|answers nothing while all is well/).waitFor({
    timeout: 60_000,
  });
  // It is marked where it stands, too.
  await page.locator('.cm-lintRange-error').first().waitFor();
  await screenshots(page, 'try-trigger-idiom');
  await docsPicture(page, page.locator('main'), 'lint');
  await expectAccessible(page, 'a query with a finding');

  await page.getByRole('button', { name: 'Take query and threshold apart' }).click();
  await clean();
  const declaration = page.locator('section[aria-labelledby=declaration] pre');
  const declared = () => declaration.textContent().then((text) => parse(text ?? '').triggers[0]);
  expect(await declared()).toMatchObject({ threshold: 0.05, comparison: 'greater_than' });
  expect((await declared()).query).toBe('sum(http_requests_total{service="$SERVICE"})');
  await screenshots(page, 'try-trigger-split');

  // A metric that the source does not have, and what it has instead.
  await query.fill('sum(http_request_total{service="$SERVICE"})');
  await findings.getByText(/has not seen http_request_total/).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Write http_requests_total' }).click();
  await clean();
  expect((await declared()).query).toBe('sum(http_requests_total{service="$SERVICE"})');

  // Names come from the metric source, by way of the server.
  await query.fill('');
  await query.pressSequentially('sum(http_reques');
  await page
    .getByRole('option', { name: /http_requests_total/ })
    .first()
    .waitFor({ timeout: 60_000 });
  await screenshots(page, 'try-trigger-completion');
  await page.keyboard.press('Escape');
  // What the tests before have led to is theirs.
  expectNoComplaints(complaints.slice(before));
});
