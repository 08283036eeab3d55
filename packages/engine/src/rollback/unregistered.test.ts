import {
  createInMemoryStepWorld,
  type InMemoryStepWorld,
} from '@lastgood/testkit/fakes/in-memory-step-world';
import { aDeployment, aService, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { registerDeployment } from '../deployment/register.ts';
import { previewRollback } from './preview.ts';
import { requestRollback } from './request.ts';

/*
 * A release is registered without what else it changes: a flag that is turned on, a schema that is migrated, a commit that is synced.
 * What stood before was kept when it was registered, and is offered when it is taken back.
 */
const names = {
  schema: 'migration/orders',
  flag: 'flag/unleash/default/production/new-cart',
  git: 'gitops/argocd/web',
};
const [k0, k1] = ['a'.repeat(40), 'b'.repeat(40)];
const migration = { database: 'orders' };
const flag = { provider: 'unleash', environment: 'production', flags: [{ flag: 'new-cart' }] };
const gitops = {
  ...{ repository: 'infra', branch: 'main', path: 'shop' },
  application: { kind: 'Application', namespace: 'argocd', name: 'web' },
};

let world: InMemoryStepWorld;
let engine: TestEngine;
const deps = () => {
  const { rollout: _rollout, workloads: _workloads, ...besides } = world.ports;
  const ports = { ...besides, rollout: engine.rollout, workloads: engine.workloads };
  return {
    deployments: engine.store.deployments,
    ports,
    clock: engine.time.clock,
    newId: engine.newId,
    deadlineMs: 8_000,
  };
};

async function begin(rollback: Record<string, unknown>) {
  world = createInMemoryStepWorld();
  const { rollout: _rollout, workloads: _workloads, ...ports } = world.ports;
  engine = createTestEngine({ ports });
  const { state } = world;
  state.flags['new-cart'] = { value: { on: false, percentage: 100 }, version: 1, archived: false };
  state.databases.orders = {
    ...{ head: '0017', versions: ['0018', '0017'], dirty: false, running: null, irreversible: null },
    ...{ undeclared: [], loss: {}, sessions: 0, sessionsHint: '' },
  };
  state.writers.worker = { uid: 'uid-worker', desired: 2, ready: 2, pods: 2 };
  state.applications.web = {
    ...{ uid: 'u', revision: k0, synced: true, healthy: true, suspended: false, askedBy: null },
  };
  state.branches['infra#main'] = { head: k1, contains: true, reverted: false, conflicts: [], files: 1 };
  const writers = [{ kind: 'Deployment' as const, name: 'worker' }];
  await engine.store.services.apply(aService({ triggers: [], rollback, writers }), 'test', engine.time.now());
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  await engine.follow();
}

const applied = () => engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') });

async function register() {
  const result = await registerDeployment(
    deps(),
    {
      ...{ service: 'main/shop/web', version: 'v2', commit: null, author: null, pipelineUrl: null },
      ...{ idempotencyKey: null, images: { app: imageOf('v2') }, changes: [] },
      contracts: { provides: {}, needs: {} },
    },
    engine.forever,
  );
  if (result.kind !== 'registered') throw new Error(result.kind);
  return result.deployment;
}

/** What nobody registered. */
function movesUnseen() {
  const { state } = world;
  Object.assign(state.flags['new-cart'] ?? {}, { value: { on: true, percentage: 100 }, version: 2 });
  Object.assign(state.databases.orders ?? {}, { head: '0018' });
  Object.assign(state.applications.web ?? {}, { revision: k1 });
}

async function preview(deploymentId: string, including?: string[]) {
  const asked = { deploymentId, targetId: null, evidence: null, including, signal: engine.forever };
  const found = await previewRollback(deps(), asked);
  if (found.kind !== 'planned') throw new Error(found.kind);
  return found.result;
}

async function planned(deploymentId: string, including?: string[]) {
  const result = await preview(deploymentId, including);
  if (result.kind !== 'plan') throw new Error(result.refusals.map(({ reason }) => reason).join());
  const { steps, warnings, unregistered = [], outcome } = result.plan;
  return { kinds: steps.map(({ step }) => step.kind), warnings, unregistered, stays: outcome?.stays };
}

async function rollBack(deploymentId: string, including?: string[]) {
  const asked = await requestRollback(
    {
      ...deps(),
      async queueRun(run) {
        await engine.commit({ newRuns: [run] });
        return { kind: 'queued' };
      },
    },
    {
      ...{ deploymentId, targetId: null, requester: { kind: 'person', name: 'ada' }, reason: null },
      ...{ startsInMs: 0, evidence: null, including },
    },
  );
  if (asked.kind !== 'queued') throw new Error(asked.kind);
  for (let n = 0; n < 60 && engine.run(asked.run.id).run.status !== 'done'; n += 1) {
    await engine.work(minute / 4);
    world.settle();
  }
  return engine.run(asked.run.id).run;
}

const stands = () => {
  const { flags, databases, writers } = world.state;
  return [flags['new-cart']?.value, databases.orders?.head, writers.worker?.desired];
};

describe('a release that registered nothing of it', () => {
  beforeEach(() => begin({ migration, flag }));

  it('is registered with how it stood', async () => {
    expect((await register()).stood).toEqual([
      { kind: 'flag', name: names.flag, state: { kind: 'known', value: { on: false, percentage: 100 } } },
      { kind: 'migration', name: names.schema, state: { kind: 'known', value: '0017' } },
    ]);
  });

  it('is offered with its plan, and nothing of it is taken back by default', async () => {
    const { id } = await register();
    applied();
    await engine.follow();
    movesUnseen();
    const { kinds, warnings, unregistered, stays } = await planned(id);
    const why = 'it changed since, and was not registered with v2';
    expect(stays).toEqual([
      { what: 'flag new-cart in production', why },
      { what: 'the schema of orders', why },
    ]);
    expect(kinds).not.toEqual(expect.arrayContaining(['set-flag']));
    expect(kinds).not.toEqual(expect.arrayContaining(['migrate-to']));
    expect(unregistered.map(({ name, included }) => [name, included])).toEqual([
      [names.flag, false],
      [names.schema, false],
    ]);
    expect(warnings).toContain(
      'Changed since, and not registered with v2 (release 2): The schema of orders moved from 0017 to 0018 after v2 (release 2) was registered. It stays as it is unless you include migration/orders.',
    );
    const run = await rollBack(id);
    expect([run.status, ...stands()]).toEqual(['done', { on: true, percentage: 100 }, '0018', 2]);
  });

  it('names the service whose own release registered it: the tick would reverse that', async () => {
    const { id, startedAt } = await register();
    applied();
    await engine.follow();
    movesUnseen();
    const service = aService({ name: 'cart', rollback: { migration } });
    await engine.store.services.apply(service, 'test', engine.time.now());
    const change = {
      kind: 'migration' as const,
      target: { database: 'orders' },
      before: '0017',
      after: '0018',
    };
    const release = { id: 'cart-7', service: service.key, version: 'v7', startedAt, changes: [change] };
    await engine.store.deployments.commit({ newDeployments: [aDeployment(release)] });
    const { warnings, unregistered, stays } = await planned(id);
    expect(stays).toContainEqual({
      what: 'the schema of orders',
      why: 'service cart registered a change of it with v7 (release 1)',
    });
    expect(unregistered.find(({ name }) => name === names.schema)).toMatchObject({
      act: 'Take the schema of orders back to 0017, though service cart registered a change of it with v7 (release 1)',
      words: expect.stringMatching(
        /was registered\. Service cart registered a change of it with v7 \(release 1\)\.$/,
      ),
    });
    expect(warnings.join()).toMatch(/Service cart registered a change of it with v7/);
    const flagged = unregistered.find(({ name }) => name === names.flag);
    expect(flagged?.act).not.toMatch(/service cart/);
  });

  it('is planned though the database cannot tell in time who else registered it, and says so', async () => {
    const { id } = await register();
    applied();
    await engine.follow();
    movesUnseen();
    const asked = vi
      .spyOn(engine.store.deployments, 'changedElsewhere')
      .mockRejectedValue(new Error('57014'));
    const { unregistered } = await planned(id);
    expect(unregistered.find(({ name }) => name === names.schema)).toMatchObject({
      act: 'Take the schema of orders back to 0017, though whether another service registered a change of it is not known',
      words: expect.stringMatching(/\. Whether another service registered a change of it is not known\.$/),
    });
    expect((await rollBack(id)).status).toBe('done');
    expect(asked).toHaveBeenCalled();
  });

  it('asks no further back than a month who else registered it', async () => {
    const { id } = await register();
    applied();
    await engine.follow();
    movesUnseen();
    const day = 24 * 60 * minute;
    await engine.time.pass(90 * day);
    const asked = vi.spyOn(engine.store.deployments, 'changedElsewhere');
    await planned(id);
    expect(asked.mock.calls.map(([, , since]) => since)).toEqual([
      ...[engine.time.now() - 30 * day, engine.time.now() - 30 * day],
    ]);
  });

  it('goes back with it where the command includes it, by its own way', async () => {
    const { id } = await register();
    applied();
    await engine.follow();
    movesUnseen();
    const including = [names.flag, names.schema];
    const { kinds, unregistered, stays } = await planned(id, including);
    expect(stays).toEqual([]);
    expect(kinds).toEqual(
      expect.arrayContaining(['set-flag', 'stop-writers', 'migrate-to', 'set-template', 'start-writers']),
    );
    expect(unregistered.every(({ included }) => included)).toBe(true);
    const run = await rollBack(id, including);
    expect([run.status, run.including, ...stands()]).toEqual([
      ...['done', including],
      ...[{ on: false, percentage: 100 }, '0017', 2],
    ]);
  });

  it('is refused as what was registered would be: its rows are lost only where they are named', async () => {
    const { id } = await register();
    applied();
    movesUnseen();
    Object.assign(world.state.databases.orders ?? {}, { loss: { coupons: 12 } });
    const result = await preview(id, [names.schema]);
    expect(result).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'rows-lost' }],
      unregistered: [{ name: names.flag }, { name: names.schema, included: true }],
    });
  });

  it('is told of as unknown where it could not be read, and delays nobody', async () => {
    const { migrations } = world.ports;
    const { readDatabase } = migrations;
    migrations.readDatabase = (_ask, signal) =>
      new Promise((resolve) => {
        const late = () => resolve({ kind: 'unreachable', reason: 'timed out' });
        signal.addEventListener('abort', late, { once: true });
      });
    const began = engine.time.now();
    let registered: Awaited<ReturnType<typeof register>> | null = null;
    void register().then((deployment) => {
      registered = deployment;
    });
    while (registered === null && engine.time.now() - began < minute) await engine.time.pass(1_000);
    expect(engine.time.now() - began).toBeLessThanOrEqual(10_000);
    migrations.readDatabase = readDatabase;
    const { id, stood } = registered as unknown as Awaited<ReturnType<typeof register>>;
    expect(stood.at(-1)).toMatchObject({
      name: names.schema,
      state: { kind: 'unknown', reason: 'timed out' },
    });
    movesUnseen();
    expect((await planned(id)).warnings.join()).toMatch(
      /How the schema of orders stands could not be read when .* was registered: timed out\. So whether it changed is unknown/,
    );
    expect(await preview(id, [names.schema])).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'before-unknown' }],
    });
  });

  it('is kept of a release that was detected, too', async () => {
    applied();
    await engine.follow();
    const detected = [...engine.store.world.deployments.values()].at(-1)?.deployment;
    expect(detected).toMatchObject({
      origin: 'detected',
      stood: [{ name: names.flag }, { name: names.schema }],
    });
    movesUnseen();
    expect((await planned(detected?.id ?? '')).warnings.join()).toMatch(
      /schema of orders moved from 0017 to 0018 after v2 \(release 2\) was detected/,
    );
  });
});

describe('a commit that was synced', () => {
  beforeEach(() => begin({ gitops }));

  it('is offered, and reverted where it is included', async () => {
    const { id } = await register();
    applied();
    movesUnseen();
    const offered = (await preview(id)) as { unregistered?: unknown; plan?: { unregistered?: unknown } };
    expect(offered.plan?.unregistered ?? offered.unregistered).toMatchObject([
      { name: names.git, before: k0, after: k1, included: false },
    ]);
    const { kinds } = await planned(id, [names.git]);
    expect(kinds).toEqual(expect.arrayContaining(['ensure-commit-reverted', 'wait-for-sync']));
  });

  it('is not offered where it changed nothing of this service', async () => {
    const { id } = await register();
    applied();
    movesUnseen();
    Object.assign(world.state.branches['infra#main'] ?? {}, { files: 0 });
    const { unregistered, warnings } = await planned(id, [names.git]);
    expect(unregistered).toEqual([]);
    expect(warnings).toContain(
      'Including gitops/argocd/web adds nothing: nothing of this service changed there since v2 (release 2) was registered.',
    );
  });
});
