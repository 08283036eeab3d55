import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aKeptObject } from '@lastgood/testkit/fakes/step-world/objects';
import { aService, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, it } from 'vitest';
import { registerDeployment } from '../deployment/register.ts';
import { reportStatus } from '../deployment/report-status.ts';
import { previewRollback } from './preview.ts';
import { requestRollback } from './request.ts';

const labels = { app: 'web' };
const template = (image: string) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'app', image }] },
});

let world: ReturnType<typeof createInMemoryStepWorld>;
let engine: TestEngine;

beforeEach(async () => {
  world = createInMemoryStepWorld();
  engine = createTestEngine({ ports: { objects: world.ports.objects } });
  await engine.store.services.apply(aService({ triggers: [] }), 'test', engine.time.now());
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  put('ConfigMap', 'settings');
  bringOut('v1');
  await engine.follow();
});

const put = (kind: 'ConfigMap' | 'CronJob' | 'Job', name: string) => {
  const createdAt = engine.time.now();
  world.state.objects[`${kind}/${name}`] = aKeptObject({ kind, name, labels, createdAt });
};
const runs = () => engine.rollout.cluster.at(webWorkload);
const bringOut = (version: string) => {
  engine.rollout.cluster.write(runs(), template(imageOf(version)), null);
  engine.rollout.cluster.settle(webWorkload);
};
const deps = () => ({
  deployments: engine.store.deployments,
  ports: { rollout: engine.rollout, workloads: engine.workloads, objects: world.ports.objects },
  clock: engine.time.clock,
  newId: engine.newId,
  deadlineMs: 8_000,
});

async function release(version: string): Promise<string> {
  const registered = await registerDeployment(
    deps(),
    {
      ...{ service: 'main/shop/web', version, commit: null, author: null, pipelineUrl: null },
      ...{ idempotencyKey: null, images: { app: imageOf(version) } },
      ...{ contracts: { provides: {}, needs: {} }, changes: [] },
    },
    engine.forever,
  );
  if (registered.kind !== 'registered') throw new Error(registered.kind);
  const { id } = registered.deployment;
  bringOut(version);
  await engine.follow();
  await reportStatus(deps(), { id, status: 'completed', detail: null }, engine.forever);
  for (let n = 0; n < 30 && engine.deployment(id).status === 'in_progress'; n += 1) {
    await engine.time.pass(11_000);
    await engine.follow();
  }
  expect(engine.deployment(id).status).toBe('completed');
  return id;
}

async function released() {
  const good = await release('v3');
  const bad = await release('v4');
  await engine.time.pass(1_000);
  put('CronJob', 'backfill');
  put('Job', 'seed');
  return { good, bad };
}

const ask = (deploymentId: string, targetId: string, removing: string[]) =>
  requestRollback(
    {
      ...deps(),
      async queueRun(run) {
        await engine.commit({ newRuns: [run] });
        return { kind: 'queued' };
      },
    },
    {
      ...{ deploymentId, targetId, requester: { kind: 'person', name: 'ada' }, reason: null },
      ...{ startsInMs: 0, evidence: null, removing },
    },
  );

async function rolledBack({ good, bad }: { good: string; bad: string }, removing: string[]) {
  const asked = await ask(bad, good, removing);
  if (asked.kind !== 'queued') throw new Error(asked.kind);
  await engine.work(10 * minute);
  return engine.run(asked.run.id);
}

const there = () =>
  Object.values(world.state.objects).flatMap(({ name, uid }) => (uid === null ? [] : [name]));

async function preview({ good, bad }: { good: string; bad: string }, removing: string[] = []) {
  const asked = { deploymentId: bad, targetId: good, evidence: null, removing, signal: engine.forever };
  const found = await previewRollback(deps(), asked);
  if (found.kind !== 'planned' || found.result.kind !== 'plan') throw new Error(JSON.stringify(found));
  return found.result.plan;
}

it('what was there is recorded at the registration, what came since is listed and stays', async () => {
  const both = await released();
  expect(engine.deployment(both.bad).objectsBefore).toEqual({
    ...{ kind: 'known', unread: [] },
    objects: [{ kind: 'ConfigMap', name: 'settings', uid: 'uid-settings' }],
  });
  const { createdObjects = [], steps } = await preview(both);
  expect(createdObjects.map(({ name }) => name)).toEqual(['backfill', 'seed']);
  expect(steps.map(({ step }) => step.kind)).not.toContain('remove-object');
  const { run } = await rolledBack(both, []);
  expect([run.status, run.verdict, there()]).toEqual(['done', 'passed', ['settings', 'backfill', 'seed']]);
});

it('what is chosen is removed after the code is back, and nothing else', async () => {
  const both = await released();
  const { run, steps } = await rolledBack(both, ['CronJob/backfill']);
  expect([run.status, run.verdict, there()]).toEqual(['done', 'passed', ['settings', 'seed']]);
  const kinds = steps.map(({ planned }) => planned.step.kind);
  expect(kinds.slice(-2)).toEqual(['remove-object', 'verify']);
  expect(kinds.indexOf('set-template')).toBeLessThan(kinds.indexOf('remove-object'));
});

it('a removal that is refused does not fail the rollback', async () => {
  const both = await released();
  const asked = await ask(both.bad, both.good, ['CronJob/backfill']);
  if (asked.kind !== 'queued') throw new Error(asked.kind);
  const one = world.state.objects['CronJob/backfill'];
  world.receivers.beforeNextEffect = () =>
    void Object.assign(one ?? {}, { owner: { kind: 'git-controller', name: 'Argo CD', evidence: 'x' } });
  await engine.work(10 * minute);
  const { run, steps } = engine.run(asked.run.id);
  expect([run.status, run.verdict, there()]).toEqual(['done', 'passed', ['settings', 'backfill', 'seed']]);
  expect(steps.find(({ planned }) => planned.step.kind === 'remove-object')?.status).not.toBe('applied');
});

it('what is gone by then is done, and a new one of the same name is left alone', async () => {
  const both = await released();
  const asked = await ask(both.bad, both.good, ['CronJob/backfill', 'Job/seed']);
  if (asked.kind !== 'queued') throw new Error(asked.kind);
  const [cron, job] = [world.state.objects['CronJob/backfill'], world.state.objects['Job/seed']];
  world.receivers.beforeNextEffect = () => {
    Object.assign(cron ?? {}, { uid: null });
    Object.assign(job ?? {}, { uid: 'another' });
  };
  await engine.work(10 * minute);
  expect(engine.run(asked.run.id).run).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(there()).toEqual(['settings', 'seed']);
});

it('a name that records rule out is refused at the click', async () => {
  const { good, bad } = await released();
  expect(await ask(bad, good, ['Secret/key'])).toMatchObject({
    kind: 'not-removable',
    refusals: [{ reason: expect.stringContaining('removes no Secret') }],
  });
});

it('a cluster that does not answer delays nothing: then nothing is offered', async () => {
  await release('v3');
  world.receivers.unreachableFor = 1;
  const bad = await release('v4');
  put('Job', 'seed');
  expect(engine.deployment(bad).objectsBefore).toEqual({ kind: 'unknown', reason: 'connection refused' });
});

it('kinds that may not be listed are recorded as that, and a plan says nothing of them', async () => {
  world.state.unlisted = ['Job'];
  const both = await released();
  expect(engine.deployment(both.bad).objectsBefore).toMatchObject({ unread: ['Job'] });
  const { createdObjects = [], warnings } = await preview(both);
  expect(createdObjects.map(({ name }) => name)).toEqual(['backfill']);
  expect(warnings.join()).not.toContain('Job');
});
