import { families, openFamily } from '@lastgood/adapters';
import {
  type DbmateWorld,
  missing,
  openDbmateWorld,
  orWhyNot,
} from '@lastgood/adapters/migrations/dbmate/dbmate-harness';
import { createRunWorker } from '@lastgood/engine';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useRealStore } from './real-store-harness.ts';

/*
 * A release migrates its schema and registers nothing of that. The schema is one of a real PostgreSQL, and whoever moves it is the
 * real dbmate: what stood before is read from it, and taken back through it.
 */
const schema = 'migration/shop';
const before = '20260103';
const moved = '20260104';
const vouchers = `-- migrate:up
create table vouchers (code text); insert into vouchers values ('a'), ('b');
-- migrate:down
-- lastgood:loss vouchers: select count(*) from vouchers
insert into reversals values ('${moved}'); drop table vouchers;`;

const postgres = usePostgres();
const cluster = createInMemoryStepWorld([webWorkload], Date.now);
const { metrics } = openFamily(families.metrics, []).product;
let dbmate: DbmateWorld;
const ports = {
  ...{ rollout: cluster.rollout, workloads: cluster.rollout.workloads, writers: cluster.ports.writers },
  get migrations() {
    return dbmate.migrations;
  },
};
const { ask, worked } = useRealStore({ ports, metrics }, { clusterDeadlineMs: 30_000 });

const head = async () =>
  (await dbmate.at.sql<{ version: string }>('select max(version) as version from schema_migrations'))[0]
    ?.version;

async function workUntilOver(runId: string) {
  const worker = createRunWorker({ ...worked(), replica: 'worker', leaseMs: 30_000 });
  for (const endsAt = Date.now() + 60_000; ; ) {
    await worker.work(new AbortController().signal);
    cluster.settle();
    const { body } = await ask('GET', `/runs/${runId}`);
    if (!['queued', 'running'].includes(body.run.status)) return body;
    if (Date.now() > endsAt) throw new Error(`the run does not end: ${JSON.stringify(body.run)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.skipIf(missing !== null)(`a schema that the real dbmate moved unregistered${orWhyNot}`, () => {
  let id: string;
  const plan = async (query = '') => (await ask('GET', `/deployments/${id}/plan${query}`)).body;
  const kinds = ({ steps }: { steps: { kind: string }[] }) => steps.map(({ kind }) => kind);

  beforeAll(async () => {
    dbmate = await openDbmateWorld(postgres);
    cluster.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
    cluster.state.writers.worker = { uid: 'uid-worker', desired: 2, ready: 2, pods: 2 };
    const declared = await ask('PUT', '/services/main/shop/web', {
      workloads: [{ kind: 'Deployment', name: 'web' }],
      writers: [{ kind: 'Deployment', name: 'worker' }],
      checks: [{ name: 'ready', type: 'http', url: 'http://web/ready', passes: 1, every: 1 }],
      rollback: { migration: { database: 'shop' } },
    });
    expect(declared.status, JSON.stringify(declared.body)).toBeLessThan(300);
    const release = { service: 'main/shop/web', version: 'v2', images: { app: imageOf('v2') } };
    const registered = await ask('POST', '/deployments', release);
    expect(registered.status, JSON.stringify(registered.body)).toBe(201);
    id = registered.body.id;
    await dbmate.write(`${moved}_vouchers.sql`, vouchers);
    await dbmate.dbmate('migrate');
    cluster.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') });
    cluster.settle();
    await ask('PATCH', `/deployments/${id}`, { status: 'completed' });
  }, 120_000);
  afterAll(() => dbmate.close());

  test('is seen, offered in the plan, and left as it is unless it is included', async () => {
    const { plan: offered, unregistered } = await plan();
    expect(unregistered).toEqual([
      {
        ...{ service: 'main/shop/web', name: schema, kind: 'migration', included: false },
        act: `Take the schema of shop back to ${before}`,
        text: `The schema of shop moved from ${before} to ${moved} after v2 (release 2) was registered.`,
      },
    ]);
    expect(kinds(offered)).not.toContain('migrate-to');
    expect(offered.warnings.join()).toContain(`unless you include ${schema}`);
  });

  test('is counted before it is included: rows that would be lost are to be named', async () => {
    const refused = await plan(`?including=${schema}`);
    expect(refused).toMatchObject({ plan: null, refusals: [{ code: 'rows-lost' }] });
    expect(JSON.stringify(refused.losses)).toContain('vouchers');
    expect(await head()).toBe(moved);
  });

  test('is taken back where the command includes it, once, by dbmate itself', async () => {
    const command = { including: [schema], accepting: ['shop/vouchers'] };
    const { plan: included } = await plan(`?including=${schema}&accepting=shop/vouchers`);
    expect(kinds(included)).toEqual(expect.arrayContaining(['stop-writers', 'migrate-to', 'start-writers']));
    const pressed = await ask('POST', `/deployments/${id}/rollback`, command);
    expect(pressed.status, JSON.stringify(pressed.body)).toBe(202);
    const { run } = await workUntilOver(pressed.body.id);
    expect(run, JSON.stringify(run)).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(await head()).toBe(before);
    expect(await dbmate.at.sql('select version from reversals')).toEqual([{ version: moved }]);
    expect(await dbmate.at.sql("select to_regclass('vouchers') as it")).toEqual([{ it: null }]);
    expect(cluster.state.writers.worker).toMatchObject({ desired: 2 });
  }, 120_000);
});
