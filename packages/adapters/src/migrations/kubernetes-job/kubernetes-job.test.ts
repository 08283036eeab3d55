import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { migrationsContract } from '@lastgood/testkit/contracts/migrations';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterEach, describe, expect, it } from 'vitest';
import { databaseOf } from '../../postgres/database-settings.ts';
import { type CommandWorld, openCommandWorld } from '../command/command-harness.ts';
import { jobName } from './job-manifest.ts';
import { type JobsServer, shippedVerbs, startJobsServer } from './jobs-server-harness.ts';
import { createKubernetesJob } from './kubernetes-job.ts';
import { kubernetesJob as vendor } from './vendor.ts';

const postgres = usePostgres();

const template = `
metadata: { labels: { app: shop } }
spec:
  restartPolicy: Always
  containers:
    - name: migrate
      image: registry.example/shop:v2
      args: [down, --from, '{from}', --to, '{to}']
`;

interface JobWorld extends CommandWorld {
  server: JobsServer;
  /** As after a restart. */
  another(): CommandWorld['migrations'];
}

/** Its pods go down one version from wherever the schema is, as a tool without a target does. */
async function openJobWorld(pod: (world: CommandWorld) => Promise<boolean> = goDown): Promise<JobWorld> {
  const world = await openCommandWorld(postgres);
  const server = await startJobsServer(() => pod(world));
  const settings = { ...world.settings, kubeconfig: server.kubeconfig, namespace: 'shop', template };
  const another = () => createKubernetesJob(databaseOf('shop', settings), settings, 20);
  return {
    ...{ ...world, server, another, migrations: another() },
    async close() {
      await world.settle();
      await server.close();
      await world.close();
    },
  };
}

async function goDown(world: CommandWorld): Promise<boolean> {
  await world.reverseByHand();
  return true;
}

migrationsContract('a Job at its wire format', () => openJobWorld());

describe('a Job', () => {
  let world: JobWorld;
  afterEach(() => world.close());
  const step = {
    kind: 'migrate-to' as const,
    database: 'shop',
    from: '003',
    to: '002',
    acceptedLoss: ['coupons'],
  };

  it('is named after its operation, tries once, has a deadline, and says in the database whose it is', async () => {
    world = await openJobWorld();
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome.kind).toBe('applied');
    expect([...world.server.jobs.keys()]).toEqual([jobName('r/1')]);
    // With all of the rights that are shipped for it, and no other.
    expect([...world.server.verbs].sort()).toEqual(shippedVerbs().sort());
    expect(world.server.jobs.get(jobName('r/1'))).toMatchObject({
      spec: {
        ...{ backoffLimit: 0, activeDeadlineSeconds: 3_000 },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                args: ['down', '--from', '003', '--to', '002'],
                env: [{ name: 'PGAPPNAME', value: 'lastgood r/1' }],
              },
            ],
          },
        },
      },
    });
  });

  it('whose reply was lost, and whose maker has died, is found again and not made twice', async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    world = await openJobWorld(async (at) => {
      await ended;
      return goDown(at);
    });
    world.server.loseNextReply();
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome.kind).toBe('waiting');
    // Another run does not make one beside it.
    expect((await attemptStep(world.another().migrateTo, step, 'q/1')).outcome).toMatchObject({
      kind: 'waiting',
      note: expect.stringContaining(`Job shop/${jobName('r/1')} works on shop`),
    });
    const resumed = attemptUntilOver(world.another().migrateTo, step, 'r/1');
    end();
    expect((await resumed).at(-1)?.outcome.kind).toBe('applied');
    expect(await world.reversals()).toBe(1);
    expect(world.server.jobs.size).toBe(1);
  });

  it('that fails is told, and again until it is taken away', async () => {
    let isGood = false;
    world = await openJobWorld(async (at) => isGood && goDown(at));
    const failed = { kind: 'failed', reason: expect.stringContaining('BackoffLimitExceeded') };
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome).toMatchObject(failed);
    isGood = true;
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome).toMatchObject({
      ...failed,
      advice: expect.stringContaining(`delete Job shop/${jobName('r/1')}`),
    });
    world.server.jobs.clear();
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome.kind).toBe('applied');
  });

  it('that is complete and has changed nothing is no reversal', async () => {
    world = await openJobWorld(async () => true);
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('is complete, and shop is still at 003'),
    });
  });

  it('is not made where its cluster does not answer', async () => {
    world = await openJobWorld();
    world.server.set(false);
    expect((await attemptStep(world.migrations.migrateTo, step, 'r/1')).outcome.kind).toBe('waiting');
    expect(await world.reversals()).toBe(0);
    world.server.set(true);
  });

  it('has settings that go together', async () => {
    world = await openJobWorld();
    const settings = { ...world.settings, namespace: 'shop', template };
    expect(vendor.contradiction(settings)).toMatchObject({ found: 'neither kubeconfig nor inCluster' });
    const broken = { ...settings, kubeconfig: world.server.kubeconfig, template: 'spec: {}\n' };
    expect(() => vendor.create({ name: 'shop', settings: broken })).toThrow('a spec with containers');
  });
});
