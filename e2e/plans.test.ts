import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { collectComplaints, openBrowser } from './browser.ts';
import {
  dbmateIsMissing,
  type OrdersDatabase,
  openOrdersDatabase,
  openShopStack,
  type ShopStack,
  terraformIsMissing,
} from './plan-vendors.ts';
import { type Production, startProduction } from './production.ts';
import { docsPicture, screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints, runs } from './test-steps.ts';

/*
 * What a person reads before the press, of the real programs: rows that a migration loses, resources that Terraform destroys, and
 * the order in which a group goes back; then the press that names a loss, and what the run has done.
 */

let production: Production;
let orders: OrdersDatabase | null = null;
let stack: ShopStack | null = null;
let browser: Browser;
let page: Page;
let complaints: string[];

for (const missing of [dbmateIsMissing, terraformIsMissing])
  if (missing !== null) process.stderr.write(`skipped: a plan of it; ${missing}\n`);

beforeAll(async () => {
  [browser, orders, stack] = await Promise.all([
    openBrowser(),
    dbmateIsMissing === null ? openOrdersDatabase() : null,
    terraformIsMissing === null ? openShopStack() : null,
  ]);
  production = await startProduction({
    ...{ intervalSeconds: 5, scrapeSeconds: null },
    also: {
      configuration: [orders, stack].map((one) => one?.configuration ?? '').join(''),
      environment: { ...orders?.environment, ...stack?.environment },
    },
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  complaints = collectComplaints(page);
});

afterAll(async () => {
  await browser?.close();
  await production?.stop();
  await Promise.all([orders?.close(), stack?.close()]);
});

/** Registers a release of a service, brings it out, and waits until it is out; answers with its id. */
async function release(service: string, tag: string, changes: object[] = []): Promise<string> {
  const { status, body } = await production.ci<{ id: string }>('POST', '/api/v1/deployments', {
    ...{ service: `prod/shop/${service}`, version: tag, changes },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  await production.deploy(service, tag, body.id);
  await eventually(
    () => production.lastgood.get<{ deployment: { status: string } }>(`/api/v1/deployments/${body.id}`),
    ({ deployment }) => deployment.status === 'completed',
    60_000,
  );
  return body.id;
}

const wayBack = () => page.getByRole('region', { name: 'The way back' });

async function declare(service: string, declaration: object): Promise<void> {
  const { status, body } = await production.ci('PUT', `/api/v1/services/prod/shop/${service}`, declaration);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
}

/** What a release may bring along beside its workload. */
function cronJob(name: string, app: string): object {
  const containers = [{ name: 'job', image: 'sandbox.local/job:v1' }];
  const template = { metadata: { labels: { job: name } }, spec: { restartPolicy: 'Never', containers } };
  return {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, labels: { app } } },
    spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template } } },
  };
}

async function finished(service: string) {
  const items = await eventually(
    () => runs(production.lastgood),
    (all) => all.some((one) => one.service.endsWith(`/${service}`) && /done|stopped/.test(one.status)),
    120_000,
  );
  return items.find((one) => one.service.endsWith(`/${service}`));
}

test.skipIf(dbmateIsMissing !== null)(
  'a migration plan names the rows it loses, and nothing is lost before somebody has named them',
  async () => {
    if (!orders) throw new Error('there is no database');
    const { good, bad } = orders.versions;
    await declare('payments', {
      writers: [{ kind: 'Deployment', name: 'payments' }],
      rollback: { migration: { database: 'orders' } },
    });
    await orders.sql("insert into notes select n, 'a note' from generate_series(1, 3412) n");
    const migrated = { kind: 'migration', target: { database: 'orders' }, before: good, after: bad };
    const id = await release('payments', 'v18', [migrated]);
    await page.goto(`${production.lastgood.url}/deployments/${id}`);
    const lost = page.getByRole('group', { name: 'Lost for good' });
    const row = lost.getByRole('checkbox', { name: /^3,412 rows of notes in database orders/ });
    await row.waitFor();
    await page.getByText('Goes back:').waitFor();
    const path = page.getByRole('region', { name: 'Schema of orders' });
    expect(await path.getByRole('listitem').allTextContents()).toMatchObject([
      expect.stringMatching(/20260103 → 20260102.*loses 3,412 rows of notes/),
      expect.stringMatching(/20260102 → 20260101.*no loss found/),
    ]);
    await screenshots(page, 'migration-plan');
    await docsPicture(page, wayBack(), 'plan-migration');
    await expectAccessible(page, 'a plan that loses rows');

    await page.keyboard.press('r');
    await eventually(() => row.evaluate((box) => box === document.activeElement), Boolean, 10_000);
    expect(await runs(production.lastgood)).toEqual([]);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /^Roll back to v17 .*and lose 3,412 rows of notes/ }).waitFor();
    await screenshots(page, 'migration-plan-named');
    await page.keyboard.press('r');
    expect(await finished('payments')).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(await orders.sql("select to_regclass('notes') as notes")).toEqual([{ notes: null }]);
    const [run] = await runs(production.lastgood);
    await page.goto(`${production.lastgood.url}/runs/${run?.id}`);
    const was = page.getByRole('region', { name: 'What was lost for good' });
    await was.getByText(/3,412 rows of notes/).waitFor();
    await screenshots(page, 'migration-run');
    expectNoComplaints(complaints);
  },
);

test.skipIf(dbmateIsMissing !== null)(
  'what nobody registered and only the release created stays, unless it is ticked beside the plan',
  async () => {
    if (!orders) throw new Error('there is no database');
    const { good, bad } = orders.versions;
    expect(await orders.sql('select max(version) as head from schema_migrations')).toEqual([{ head: good }]);
    const id = await release('payments', 'v19');
    await orders.migrate();
    await orders.sql("insert into notes select n, 'a note' from generate_series(1, 12) n");
    await production.apply('POST', '/apis/batch/v1/namespaces/shop/cronjobs', cronJob('refunds', 'payments'));
    await page.goto(`${production.lastgood.url}/deployments/${id}`);
    const unregistered = page.getByRole('group', {
      name: 'Changed since, and not registered with this release',
    });
    const schema = unregistered.getByRole('checkbox', { name: `Take the schema of orders back to ${good}` });
    await schema.waitFor();
    await unregistered.getByText(`The schema of orders moved from ${good} to ${bad} after v19`).waitFor();
    // The tick says it: no warning says it once more.
    expect(await page.getByText(/unless you include/).count()).toBe(0);
    const created = page.getByRole('checkbox', { name: 'Remove CronJob refunds' });
    await created.waitFor();

    await created.focus();
    await page.keyboard.press('Space');
    await page.getByText('Remove CronJob refunds, which v19 created').waitFor();
    await schema.focus();
    await page.keyboard.press('Space');
    const row = page.getByRole('checkbox', { name: /^12 rows of notes in database orders/ });
    await row.waitFor();
    expect(await schema.evaluate((box) => box === document.activeElement)).toBe(true);
    await page.getByRole('region', { name: 'Schema of orders' }).waitFor();
    await screenshots(page, 'ticked-with-the-plan');
    await expectAccessible(page, 'a plan with what can be ticked');
    // What it would lose is named first.
    await page.keyboard.press('r');
    await eventually(() => row.evaluate((box) => box === document.activeElement), Boolean, 10_000);
    await page.keyboard.press('Space');
    const sent = page.waitForRequest(/\/rollback$/);
    await page.keyboard.press('r');
    expect((await sent).postDataJSON()).toMatchObject({
      ...{ including: ['migration/orders'], removing: ['CronJob/refunds'], accepting: ['orders/notes'] },
    });
    await eventually(
      () => orders?.sql("select to_regclass('notes') as notes") ?? Promise.resolve([]),
      ([found]) => found?.notes === null,
      60_000,
    );
    expectNoComplaints(complaints);
  },
);

test.skipIf(terraformIsMissing !== null)(
  'a Terraform plan is a table of what it changes, and what keeps data is named before the press',
  async () => {
    if (!stack) throw new Error('there is no stack');
    const { good: before, bad: after } = stack.versions;
    await declare('search', {
      workloads: [{ kind: 'StatefulSet', name: 'search' }],
      rollback: { infrastructure: { stateful: ['terraform_data.orders'] } },
    });
    const id = await release('search', 'v89', [
      { kind: 'infrastructure', target: { stack: 'shop' }, before, after },
    ]);
    await page.goto(`${production.lastgood.url}/deployments/${id}`);
    const named = page.getByRole('checkbox', { name: 'The data of terraform_data.orders in stack shop' });
    await named.waitFor({ timeout: 60_000 });
    const table = page.getByRole('region', { name: 'Stack shop' }).getByRole('row');
    await table.first().waitFor({ timeout: 60_000 });
    expect((await table.allTextContents()).slice(1)).toMatchObject([
      expect.stringMatching(/^Destroyterraform_data\.cache/),
      expect.stringMatching(/^Replaceterraform_data\.orders its data is lost.*input: large → small/),
      expect.stringMatching(/^Updateterraform_data\.queueinput: retries-0 → retries-3/),
      expect.stringMatching(/^Createterraform_data\.alarm/),
    ]);
    await screenshots(page, 'terraform-plan');
    await docsPicture(page, wayBack(), 'plan-terraform');
    await expectAccessible(page, 'a plan that changes a stack');

    const press = page.getByRole('button', { name: /^Name what is lost to roll back to v88/ });
    await press.click();
    await eventually(() => named.evaluate((box) => box === document.activeElement), Boolean, 10_000);
    await named.check();
    await page
      .getByRole('button', { name: /^Roll back to v88 .*and lose the data of terraform_data\.orders/ })
      .click();
    expect(await finished('search')).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(stack.resources()).toEqual(['alarm', 'orders', 'queue'].map((name) => `terraform_data.${name}`));
    expectNoComplaints(complaints);
  },
);

test('a cascade is drawn in its order, and who goes side by side has the same number', async () => {
  const on = (...names: string[]) => ({ dependencies: names.map((name) => `prod/shop/${name}`) });
  await declare('catalog', {});
  await declare('checkout', on('catalog'));
  await Promise.all([
    declare('edge', { workloads: [{ kind: 'DaemonSet', name: 'edge' }], ...on('checkout', 'catalog') }),
    declare('mail', on('catalog')),
  ]);
  const id = await release('catalog', 'v13');
  await Promise.all([release('checkout', 'v42'), release('edge', 'v232'), release('mail', 'v9')]);
  await page.goto(`${production.lastgood.url}/deployments/${id}`);
  await page.getByRole('switch', { name: /^Take .* back too, callers first$/ }).check();
  const order = page.getByRole('figure');
  await order.waitFor();
  const members = await order.getByRole('listitem').allTextContents();
  expect(members.toSorted()).toEqual([
    '1edge→ v231, goes back first',
    '1mail→ v8, goes back first',
    '2checkout→ v41, after edge',
    expect.stringMatching(/^3catalog→ v12, after (?=.*edge)(?=.*mail).*checkout/),
  ]);
  await page.getByText(/the code of edge, .* and catalog/).waitFor();
  await screenshots(page, 'cascade-plan');
  await docsPicture(page, wayBack(), 'plan-cascade');
  await expectAccessible(page, 'the order of a group');
  expectNoComplaints(complaints);
});
