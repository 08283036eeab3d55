import type { RunStore } from '@lastgood/domain';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { aService, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { registerDeployment } from '../deployment/register.ts';
import type { Registration } from '../deployment/registration.ts';
import { reportStatus } from '../deployment/report-status.ts';
import { requestRollback } from './request.ts';

const [v1, v2] = [
  { LEVEL: 'info', SIZE: '3' },
  { LEVEL: 'debug', EXTRA: 'x' },
];
const envFrom = [{ configMapRef: { name: 'shop' } }];
const template = (image: string) => ({ spec: { containers: [{ name: 'app', image, envFrom }] } });

let world: ReturnType<typeof createInMemoryStepWorld>;
let engine: TestEngine;
const key = 'ConfigMap/shop';
const put = (held: Record<string, string> | null) => {
  const before = world.state.configurations[key];
  world.state.configurations[key] = { uid: 'u1', version: (before?.version ?? 0) + 1, held };
};
const held = () => world.state.configurations[key]?.held;
const runs = () => engine.rollout.cluster.at(webWorkload);
const write = (image: string) => {
  engine.rollout.cluster.write(runs(), template(image), null);
  engine.rollout.cluster.settle(webWorkload);
};
const deps = () => ({
  deployments: engine.store.deployments,
  ports: { rollout: engine.rollout, workloads: engine.workloads, ...ports() },
  clock: engine.time.clock,
  newId: engine.newId,
  deadlineMs: 8_000,
});
const ports = () => ({ configurations: world.ports.configurations, keep: world.ports.keep });
const registration = (version: string, image: string): Registration => ({
  ...{
    service: 'main/shop/web',
    version,
    commit: null,
    author: null,
    pipelineUrl: null,
    idempotencyKey: null,
  },
  ...{ images: { app: image }, contracts: { provides: {}, needs: {} }, changes: [] },
});

/** A release as a pipeline brings it out: registered, applied, reported, and seen complete. */
async function release(version: string, image: string, configuration: Record<string, string>) {
  const registered = await registerDeployment(deps(), registration(version, image), engine.forever);
  if (registered.kind !== 'registered') throw new Error(registered.kind);
  const { id } = registered.deployment;
  put(configuration);
  write(image);
  await engine.follow();
  await reportStatus(deps(), { id, status: 'completed', detail: null }, engine.forever);
  for (let n = 0; n < 30 && engine.deployment(id).status === 'in_progress'; n += 1) {
    await engine.time.pass(11_000);
    await engine.follow();
  }
  expect(engine.deployment(id).status).toBe('completed');
  await engine.follow();
  return id;
}

async function rollBack(deploymentId: string, targetId: string | null = null) {
  const asked = await requestRollback(
    {
      ...deps(),
      async queueRun(run) {
        await engine.commit({ newRuns: [run] });
        return { kind: 'queued' };
      },
    },
    {
      ...{ deploymentId, targetId, requester: { kind: 'person', name: 'ada' }, reason: null },
      ...{ startsInMs: 0, evidence: null },
    },
  );
  if (asked.kind !== 'queued') throw new Error(asked.kind);
  return asked.run.id;
}

/** Its image, however it is named, and where it gets its environment. */
const serving = () => {
  const [app] = (runs().template as ReturnType<typeof template>).spec.containers;
  return { image: app?.image.split('@')[0], envFrom: app?.envFrom };
};
const servingOf = (version: string) => ({ image: imageOf(version), envFrom });

const statusOf = (id: string) => engine.run(id).run.status;
const titlesOf = (id: string) => engine.run(id).run.plan?.steps.map(({ title }) => title) ?? [];

beforeEach(async () => {
  world = createInMemoryStepWorld();
  engine = createTestEngine({ ports: ports() });
  await engine.store.services.apply(aService({ triggers: [] }), 'test', engine.time.now());
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  put(v1);
  write(imageOf('v1'));
  await engine.follow();
});

describe('configuration and template go back together', () => {
  it('first the one, then the other, and both are recorded', async () => {
    const id = await release('v2', imageOf('v2'), v2);
    const run = await rollBack(id);
    await engine.work(10 * minute);
    expect(statusOf(run)).toBe('done');
    expect(titlesOf(run)).toEqual([
      expect.stringMatching(/^Set ConfigMap shop back .*\(EXTRA removed, LEVEL changed, SIZE added\)$/),
      expect.stringMatching(/^Dry run/),
      expect.stringMatching(/^Set Deployment web/),
      expect.stringMatching(/^Wait/),
      expect.stringMatching(/^Verify/),
    ]);
    expect(held()).toEqual(v1);
    expect(serving()).toEqual(servingOf('v1'));
    expect(
      engine
        .deployment(`${run}-rollback`)
        .changes.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['config', 'workload']);
  });

  it('a rollback of the rollback brings the newer configuration again', async () => {
    const id = await release('v2', imageOf('v2'), v2);
    const first = await rollBack(id);
    await engine.work(10 * minute);
    const back = await rollBack(`${first}-rollback`, id);
    await engine.work(10 * minute);
    expect(statusOf(back)).toBe('done');
    expect([held(), serving()]).toEqual([v2, servingOf('v2')]);
  });

  it('where only the configuration changed, pods are started anew, once', async () => {
    const id = await release('v1 with another level', imageOf('v1'), v2);
    const run = await rollBack(id);
    await engine.work(10 * minute);
    expect(statusOf(run)).toBe('done');
    expect(held()).toEqual(v1);
    expect(runs().template).toMatchObject({
      metadata: { annotations: { 'restarted-for': `${id}/${engine.deployment(id).previousDeploymentId}` } },
    });
    expect(engine.rollout.effects()).toHaveLength(1);
  });

  it('what somebody changed since stays, and the rest goes back', async () => {
    const id = await release('v2', imageOf('v2'), v2);
    put({ LEVEL: 'trace' });
    const run = await rollBack(id);
    await engine.work(10 * minute);
    expect(statusOf(run)).toBe('done');
    expect(held()).toEqual({ LEVEL: 'trace' });
    expect(serving()).toEqual(servingOf('v1'));
    expect(engine.run(run).run.plan?.warnings).toContainEqual(
      expect.stringMatching(/Somebody changed ConfigMap shop since/),
    );
  });
});

describe('a worker that dies between configuration and template', () => {
  /** Loses its connection before or after its n-th commit. */
  function cutting(at: number, side: 'before' | 'after'): RunStore {
    let commits = 0;
    const { runs: store } = engine.store;
    return {
      ...store,
      async commit(lease, changes) {
        commits += 1;
        if (commits === at && side === 'before') throw new Error('connection reset');
        const written = await store.commit(lease, changes);
        if (commits === at) throw new Error('connection reset');
        return written;
      },
    };
  }

  it.each([1, 2, 3, 4, 5].flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]))(
    'at commit %i, %s it: another finishes both, each once',
    async (at, side) => {
      const id = await release('v2', imageOf('v2'), v2);
      const run = await rollBack(id);
      const version = world.state.configurations[key]?.version ?? 0;
      const first = engine.createWorker('first', cutting(at, side));
      const dead = new AbortController();
      const died = await engine
        .work(5 * minute, {
          executing: first.executing,
          work: (signal) => first.work(AbortSignal.any([signal, dead.signal])),
        })
        .then(
          () => false,
          () => true,
        );
      dead.abort();
      expect(died).toBe(true);
      await engine.time.pass(2_001);
      await engine.work(10 * minute, engine.createWorker('second'));
      expect(statusOf(run)).toBe('done');
      expect([held(), serving()]).toEqual([v1, servingOf('v1')]);
      expect(world.state.configurations[key]?.version).toBe(version + 1);
      expect(engine.rollout.effects()).toHaveLength(1);
    },
  );
});
