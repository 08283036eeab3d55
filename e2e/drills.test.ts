import { expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { complaints, lastgood, openOwnLastgood, page } from './own-lastgood.ts';
import { screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints } from './test-steps.ts';

openOwnLastgood();

const service = '/services/sandbox/shop/checkout';

/** As the service's page has it. */
const card = () => page.getByRole('region', { name: 'Way back, last practised' });
const overdue = () => card().getByRole('note', { name: 'Practice is overdue' });

async function record(daysAgo: number, note: string): Promise<void> {
  const at = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
  const answer = await lastgood.send('POST', `/api/v1${service}/drills`, { at, note, tookSeconds: 240 });
  expect(answer.status).toBe(201);
}

test('a service says when its way back was practised, that this is overdue, and how to do it', async () => {
  await eventually(
    () => lastgood.get<{ drills?: { everyDays: number } }>(`/api/v1${service}`),
    ({ drills }) => drills?.everyDays === 30,
    60_000,
  );
  await page.goto(lastgood.url + service);
  await card()
    .getByText(/^Never: /)
    .waitFor({ timeout: 30_000 });
  await card()
    .getByText(/^Due by /)
    .waitFor();
  expect(await overdue().count()).toBe(0);
  await record(40, 'game day on staging');
  await overdue()
    .getByText(/^Overdue since .* \(for 10 d\)/)
    .waitFor({ timeout: 30_000 });
  await card()
    .getByText(/^Recorded by \S+: game day on staging\. .* it took 4 min\. That is 40 d ago\./)
    .waitFor();
  await card()
    .getByText(/lastgood drill record sandbox\/shop\/checkout/)
    .waitFor();
  await expectAccessible(page, 'a service whose practice is overdue');
  await screenshots(page, 'drill-overdue');
  await record(1, 'again');
  await card()
    .getByText(/^Due by .* \(in 28 d 23 h\)/)
    .waitFor({ timeout: 30_000 });
  expect(await overdue().count()).toBe(0);
  expectNoComplaints(complaints);
});
