import { expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { docsPicture, screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints, runs } from './test-steps.ts';

/*
 * An alert rule becomes a trigger and is tried on a deployment that went wrong. The metrics are those of the sandbox's own store, which
 * answers the query API of Prometheus and scrapes what the pods serve; the real Prometheus is asked by the server's own tests.
 */
openOwnLastgood({ height: 1_100 });

const ruleFile = `groups:
  - name: web
    rules:
      - alert: HighErrorRate
        expr: sum by (service) (rate(http_requests_total{status=~"5.."}[20s])) / sum by (service) (rate(http_requests_total[20s])) > 0.05
        for: 10s
        labels: { severity: critical }
      - alert: TargetDown
        expr: up == 0
      - record: job:up:sum
        expr: sum by (job) (up)
`;

test('an alert rule is imported, and tried on a deployment that was rolled back', async () => {
  const deployed = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', {
    ...{ service: 'sandbox/shop/payments', tag: 'v18-errors' },
  });
  expect(deployed.status).toBe(201);

  await page.goto(`${lastgood.url}/services`);
  await page.getByRole('link', { name: 'Import alert rules' }).click();
  await page.getByLabel('Rule file').fill(ruleFile);
  await page.getByLabel('Label with the name of a service').fill('service');
  await page
    .getByText('2 of 3 rules become triggers: 1 as they are, 1 with a difference; 1 left out.')
    .waitFor();
  await expectAccessible(page, 'a rule file that is imported');
  await screenshots(page, 'import-rules');
  await page.getByRole('link', { name: /^Try it.*high_error_rate/ }).click();
  const query = page.getByRole('textbox', { name: 'Query' });
  // What is no number is not taken, and not shown as if it were.
  const threshold = page.getByLabel('Threshold');
  await threshold.fill('');
  await threshold.blur();
  expect(await threshold.inputValue()).toBe('0.05');
  await query.getByText('max(').first().waitFor({ timeout: 60_000 });

  await eventually(
    () => runs(lastgood),
    ([newest]) => newest?.status === 'done',
    180_000,
  );
  await page.getByRole('link', { name: 'backtest it on past deployments' }).click();
  await page.getByLabel('Services', { exact: true }).first().fill('payments');
  await page.getByRole('option', { name: 'sandbox/shop/payments' }).click();
  await page.keyboard.press('Escape');
  await cancelIsHeard();
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await page.getByRole('heading', { name: /How good it is/ }).waitFor({ timeout: 100_000 });
  const row = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: 'payments v18-errors' }) });
  await row.getByText('Rolled back by high_error_rate').waitFor();
  await row.getByText('Would fire', { exact: true }).waitFor();
  await page.getByText(/It would have fired on 1 of 1 bad deployment/).waitFor();
  // What took it back was the service's own trigger of that name, not the imported one.
  await page.getByText(/1 bad one was rolled back by a trigger of this name/).waitFor();
  await row.getByRole('button', { name: /^Chart of/ }).click();
  await row.getByText(/^Would have fired at \d\d:\d\d:\d\d/).waitFor({ timeout: 30_000 });
  await row.getByRole('img', { name: /threshold 0.05; .*would fire/ }).waitFor({ timeout: 30_000 });
  await expectAccessible(page, 'a backtest');
  await screenshots(page, 'backtest');
  await docsPicture(
    page,
    page.getByRole('heading', { name: 'Backtest a trigger' }).locator('..'),
    'backtest',
  );

  // A person knows better, and takes that back.
  const mark = row.getByRole('button', { name: /^Mark\b.*say what v18-errors of payments was/ });
  await mark.click();
  await page.getByRole('dialog', { name: /^Mark/ }).getByText('Good', { exact: true }).click();
  await expectAccessible(page, 'marking a deployment');
  await page.getByRole('button', { name: 'Mark it good' }).click();
  await page.getByText(/What you marked is kept/).waitFor();
  const verdict = async () =>
    (
      await lastgood.get<{ deployment: { mark: { verdict: string } | null } }>(
        `/api/v1/deployments/${deployed.body.id}`,
      )
    ).deployment.mark?.verdict;
  expect(await verdict()).toBe('good');
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await row.getByText(/^Marked good by/).waitFor({ timeout: 100_000 });
  await row.getByText('False alarm').waitFor();
  await mark.click();
  await page.getByRole('button', { name: 'Undo the mark' }).click();
  await eventually(verdict, (now) => now === undefined, 30_000);
  expectNoComplaints(complaints);
});

/** A source that does not answer holds a backtest up; Cancel ends it, the request too, and it can be run again. */
async function cancelIsHeard(): Promise<void> {
  const address = '**/api/v1/triggers/backtest';
  await page.route(address, () => undefined);
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/triggers/backtest'));
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await page.getByText('Looking for deployments…').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  await page.getByText('Cancelled. A part of them gives no score.').waitFor();
  expect((await ended).failure()?.errorText).toBe('net::ERR_ABORTED');
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  await page.unroute(address);
}
