import {
  composePlan,
  type Deployment,
  judgeCommand,
  operationKey,
  type Plan,
  type Run,
  type StopCondition,
} from '@lastgood/domain';
import {
  aBaseline,
  aDeployment,
  aMember,
  aRun,
  aService,
  aStep,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import { availableKinds } from './apply-step.ts';
import { gatherFacts } from './gather-facts.ts';

const names = ['web', 'cart'] as const;
const workloadOf = (name: string) => ({
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment' as const,
  name,
});

/** Two services, each with a bad release 2 over a good release 1, and one run for both with its plan made. */
async function openGroup(stopCondition: StopCondition) {
  const engine = createTestEngine();
  const { store, rollout, workloads } = engine;
  const plans: Plan[] = [];
  for (const name of names) {
    const check = {
      name: 'health',
      type: 'http',
      url: `http://${name}.example`,
      expectedStatus: 200,
    } as const;
    const service = aService({ name, checks: [{ ...check, passes: 1, everyMs: 1_000, timeoutMs: 20_000 }] });
    await store.services.apply(service, 'test', engine.time.now());
    const workload = workloadOf(name);
    rollout.cluster.create(workload, { app: imageOf('v1') });
    const seen = () => rollout.cluster.observe(rollout.cluster.at(workload), 0).snapshot;
    const target = { kind: 'Deployment' as const, name };
    const before = seen();
    rollout.cluster.deploy(workload, { app: imageOf('v2') });
    const change = (from: typeof before | null, after: typeof before): Deployment['changes'] => [
      { kind: 'workload', target, before: from, after },
    ];
    const good = aBaseline({ id: `${name}-1`, service: service.key, changes: change(null, before) });
    const bad = aDeployment({
      ...{ id: `${name}-2`, service: service.key, previousDeploymentId: good.id },
      changes: change(before, seen()),
    });
    await engine.commit({ newDeployments: [good] });
    await engine.commit({ newDeployments: [bad] });
    const facts = await gatherFacts(
      { ports: { rollout, workloads }, deployments: store.deployments, clock: engine.time.clock },
      { service, deployment: bad, target: good, triggers: [], signal: engine.forever },
    );
    const result = composePlan(facts, availableKinds({ rollout, workloads }));
    if (result.kind !== 'plan') throw new Error('no plan');
    plans.push(result.plan);
  }
  const [first] = plans;
  if (!first) throw new Error('no plan');
  let next = 0;
  const lanes = plans.map(({ service, from, target, steps }) => ({
    ...{ service, from, target },
    steps: steps.map(() => next++),
  }));
  const plan: Plan = { ...first, steps: plans.flatMap(({ steps }) => steps), lanes, stopCondition };
  const members = names.map((name, lane) =>
    aMember({
      lane,
      service: `main/shop/${name}`,
      deploymentId: `${name}-2`,
      targetDeploymentId: `${name}-1`,
    }),
  );
  const of = { service: 'main/shop/web', deploymentId: 'web-2', targetDeploymentId: 'web-1' };
  await engine.commit({ newRuns: [aRun({ ...of, plan, members })] });
  const steps = plan.steps.map((planned, ordinal) =>
    aStep({ ordinal, planned, lane: lanes.findIndex((lane) => lane.steps.includes(ordinal)) }),
  );
  engine.store.world.runs.set('r1', { ...engine.run('r1'), steps });
  return engine;
}

/** Of whose releases it was told that they are rolled back now. */
const begun = (engine: TestEngine) =>
  engine
    .notifications()
    .filter(({ kind }) => kind === 'rolling_back')
    .map(({ deploymentId }) => deploymentId);

const statuses = ({ members }: Run) => members?.map((member) => member.status);

describe('a run of two services', () => {
  it('takes them back one after the other, each with its own record, effects and deployments', async () => {
    const engine = await openGroup('any-failure');
    await engine.work();
    const { run, steps, checks } = engine.run('r1');
    expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(statuses(run)).toEqual(['done', 'done']);
    expect(steps.every((step) => step.status === 'applied')).toBe(true);
    expect(engine.rollout.effects().map((effect) => 'operation' in effect && effect.operation)).toEqual([
      operationKey('r1', 1),
      operationKey('r1', 5),
    ]);
    for (const name of names) expect(engine.deployment(`${name}-2`).status).toBe('rolled_back');
    expect(engine.deployment('r1-rollback')).toMatchObject({ service: 'main/shop/web', status: 'completed' });
    expect(engine.deployment('r1.1-rollback')).toMatchObject({
      service: 'main/shop/cart',
      status: 'completed',
    });
    expect(checks.filter((check) => check.name === 'health').map((check) => check.lane ?? 0)).toEqual([0, 1]);
    expect(engine.notifications().filter(({ kind }) => kind === 'rolled_back')).toHaveLength(2);
    expect(engine.events('rollback.passed').map((event) => event.service)).toEqual([
      'main/shop/web',
      'main/shop/cart',
    ]);
  });

  it('any-failure: the second is never begun, and goes on when the run is resumed', async () => {
    const engine = await openGroup('any-failure');
    const web = engine.rollout.cluster.at(workloadOf('web'));
    web.paused = true;
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'stopped', stop: { ordinal: 0 } });
    expect(statuses(engine.run('r1').run)).toEqual(['stopped', 'stopped']);
    expect(engine.rollout.effects()).toEqual([]);
    const told = engine.notifications().filter(({ deploymentId }) => deploymentId === 'cart-2');
    expect(told.map(({ kind, urgency }) => [kind, urgency])).toEqual([['rollback_failed', 'page']]);
    expect(told.at(-1)).toMatchObject({
      key: expect.stringMatching(/^run\/r1\.1\/rollback_failed\/never\//),
      title: 'Rollback of cart to v1 (release 1) stopped: Not begun: main/shop/web stopped before it.',
      text: 'Nothing was changed. Fix what stopped main/shop/web, then resume: the run goes on from there.',
      facts: { service: { name: 'cart' }, next: null },
    });
    web.paused = false;
    expect(
      (
        await engine.store.commands.command(
          'r1',
          judgeCommand({ command: 'resume' }, { by: 'ada', at: engine.time.now() }),
        )
      ).kind,
    ).toBe('done');
    expect(statuses(engine.run('r1').run)).toEqual(['queued', 'queued']);
    await engine.work();
    expect(statuses(engine.run('r1').run)).toEqual(['done', 'done']);
    expect(engine.run('r1').run.status).toBe('done');
    // Once for each, though each goes on through several steps.
    expect(begun(engine)).toEqual(['web-2', 'cart-2']);
  });

  it('continue-others: a run that waited long for a worker is planned anew, and its second member is not too late', async () => {
    const engine = await openGroup('continue-others');
    const { plan } = engine.run('r1').run;
    if (!plan) throw new Error('no plan');
    const row = engine.run('r1');
    engine.store.world.runs.set('r1', { ...row, run: { ...row.run, plan: null }, steps: [] });
    engine.rollout.cluster.at(workloadOf('web')).paused = true;
    await engine.time.pass(70 * 60_000);
    const { runs } = engine.store;
    const worker = engine.createWorker('one', runs, engine.time.clock, async () => ({ kind: 'plan', plan }));
    await engine.work(10 * 60_000, worker);
    expect(begun(engine)).toEqual(['web-2', 'cart-2']);
    expect(engine.notifications().find(({ deploymentId }) => deploymentId === 'cart-2')).toMatchObject({
      title: 'Rolling cart back: v2 → v1 (release 2 → 1).',
      text: expect.stringMatching(/^Goes back with web\./),
      facts: { service: { name: 'cart' }, from: { release: 2 } },
    });
    expect(statuses(engine.run('r1').run)).toEqual(['stopped', 'done']);
  });

  it('continue-others: the second is taken back, and the run says what is left', async () => {
    const engine = await openGroup('continue-others');
    engine.rollout.cluster.at(workloadOf('web')).paused = true;
    await engine.work();
    const { run } = engine.run('r1');
    expect(statuses(run)).toEqual(['stopped', 'done']);
    expect(run).toMatchObject({
      status: 'stopped',
      stop: { endState: expect.stringMatching(/^1 of 2 services/) },
    });
    expect(engine.deployment('cart-2').status).toBe('rolled_back');
    expect(engine.notifications().filter(({ kind }) => kind === 'rollback_failed')).toHaveLength(1);
  });

  it('holds each of its services: no other run of either is queued meanwhile', async () => {
    const engine = await openGroup('any-failure');
    const cart = { service: 'main/shop/cart', deploymentId: 'cart-2', targetDeploymentId: 'cart-1' };
    expect((await engine.store.commands.queueRun(aRun({ id: 'r2', ...cart }))).kind).toBe('active');
    await engine.work();
    expect((await engine.store.commands.queueRun(aRun({ id: 'r2', ...cart }))).kind).toBe('queued');
  });
});
