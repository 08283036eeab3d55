import { type Contracts, type Lane, lanesOf, type Service } from '@lastgood/domain';
import { aTrigger, dayZero, imageOf } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, test } from 'vitest';
import { bringOutTwo, contracts, runningImage, workloadOf } from './cascade-harness.ts';
import type { GroupChoice } from './find-group.ts';
import { previewRollback } from './preview.ts';
import { requestRollback } from './request.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = createTestEngine();
});

const bringOut = (name: string, over: Partial<Service>, of: { good?: Contracts; bad?: Contracts } = {}) =>
  bringOutTwo(engine, name, { service: over, ...of });

/** checkout needs what only the bad catalog provides; mail calls nobody. */
async function bringOutShop() {
  await bringOut('catalog', {}, { good: contracts({ api: '2' }), bad: contracts({ api: '3' }) });
  await bringOut('mail', {});
  await bringOut('checkout', { dependencies: ['main/shop/catalog'] }, { bad: contracts({}, { api: '>=3' }) });
}

const deps = () => ({
  ports: { rollout: engine.rollout, workloads: engine.workloads },
  deployments: engine.store.deployments,
  clock: engine.time.clock,
});
const preview = (group: GroupChoice) =>
  previewRollback(deps(), {
    ...{ deploymentId: 'catalog-2', targetId: null, evidence: null, group, signal: engine.forever },
  });
const press = (group: GroupChoice) =>
  requestRollback(
    { ...deps(), newId: engine.newId, queueRun: engine.store.commands.queueRun },
    {
      ...{ deploymentId: 'catalog-2', targetId: null, requester: { kind: 'person', name: 'ada' } as const },
      ...{ reason: null, startsInMs: 0, evidence: [], group },
    },
  );
const image = (name: string) => runningImage(engine, name);

test('the preview of the service alone says who would have to follow', async () => {
  await bringOutShop();
  const found = await preview('alone');
  expect(found).toMatchObject({
    result: { kind: 'plan', plan: { from: { deploymentId: 'catalog-2' } } },
    cascade: {
      kind: 'members',
      members: [{ service: { name: 'checkout' } }, { service: { name: 'catalog' } }],
    },
  });
});

test('the preview of the group has a lane each, callers first, and what is asked for stands as its own', async () => {
  await bringOutShop();
  const found = await preview('with-dependents');
  expect(found).toMatchObject({
    result: {
      kind: 'plan',
      plan: {
        service: 'main/shop/catalog',
        from: { deploymentId: 'catalog-2' },
        stopCondition: 'any-failure',
        lanes: [
          { service: 'main/shop/checkout', from: { release: 2 }, target: { release: 1 }, after: [] },
          { service: 'main/shop/catalog', after: [0] },
        ],
      },
    },
  });
});

test('one press takes back whoever has to follow, and leaves the others as they are', async () => {
  await bringOutShop();
  const pressed = await press('with-dependents');
  expect(pressed).toMatchObject({
    kind: 'queued',
    run: {
      service: 'main/shop/catalog',
      reason: expect.stringContaining(
        'with checkout (it needs api >=3, and v1 (release 1) of catalog provides 2)',
      ),
    },
  });
  await engine.work();
  if (pressed.kind !== 'queued') throw new Error('not queued');
  const { run } = engine.run(pressed.run.id);
  expect(run).toMatchObject({ status: 'done', verdict: 'passed' });
  expect(run.members?.map(({ service, status }) => [service, status])).toEqual([
    ['main/shop/checkout', 'done'],
    ['main/shop/catalog', 'done'],
  ]);
  expect(['catalog', 'checkout', 'mail'].map(image)).toEqual([imageOf('v1'), imageOf('v1'), imageOf('v2')]);
});

test('alone means alone', async () => {
  await bringOutShop();
  await press('alone');
  await engine.work();
  expect(['catalog', 'checkout'].map(image)).toEqual([imageOf('v1'), imageOf('v2')]);
});

test('a service that is being rolled back already is no part of a second run, and is named', async () => {
  await bringOutShop();
  await requestRollback(
    { ...deps(), newId: engine.newId, queueRun: engine.store.commands.queueRun },
    {
      ...{ deploymentId: 'checkout-2', targetId: null, requester: { kind: 'person', name: 'bob' } as const },
      ...{ reason: null, startsInMs: 60_000, evidence: [] },
    },
  );
  expect(await press('with-dependents')).toMatchObject({
    kind: 'conflict',
    takesBack: { id: 'checkout-2' },
  });
  expect(await press('alone')).toMatchObject({ kind: 'queued' });
});

test('where one member cannot go back none is touched', async () => {
  await bringOutShop();
  engine.rollout.cluster.at(workloadOf('checkout')).paused = true;
  await press('with-dependents');
  await engine.work();
  expect(engine.runs()[0]?.run).toMatchObject({
    status: 'stopped',
    stop: { endState: 'Nothing was changed.', reason: expect.stringContaining('checkout: ') },
  });
  expect(['catalog', 'checkout'].map(image)).toEqual([imageOf('v2'), imageOf('v2')]);
});

test('a circle is refused with its name, and the service can go back alone', async () => {
  await bringOut('catalog', { dependencies: ['main/shop/checkout'] }, { good: contracts({ api: '2' }) });
  await bringOut('checkout', { dependencies: ['main/shop/catalog'] }, { bad: contracts({}, { api: '>=3' }) });
  expect(await press('with-dependents')).toMatchObject({
    kind: 'no-group',
    refusals: [
      { code: 'dependency-cycle', reason: expect.stringContaining('checkout → catalog → checkout: ') },
    ],
  });
  expect(await preview('alone')).toMatchObject({ result: { kind: 'plan' }, cascade: { kind: 'refused' } });
});

test('what fires of whoever goes back along is asked again of it, as of the one that was asked for', async () => {
  const trigger = aTrigger({ severity: 'page_and_suggest', forMs: 0 });
  await bringOut(
    'catalog',
    { triggers: [] },
    { good: contracts({ api: '2' }), bad: contracts({ api: '3' }) },
  );
  await bringOut(
    'checkout',
    { dependencies: ['main/shop/catalog'], triggers: [trigger] },
    { bad: contracts({}, { api: '>=3' }) },
  );
  engine.metrics.answer((_question, at) => ({ kind: 'value', value: at < dayZero - 10_000 ? 0 : 0.2 }));
  await engine.tick(4);
  const found = await preview('with-dependents');
  const [checkout, catalog] =
    found.kind === 'planned' && found.result.kind === 'plan' ? lanesOf(found.result.plan) : [];
  const asked = (lane: Lane | undefined) =>
    (found.kind === 'planned' && found.result.kind === 'plan' ? found.result.plan.steps : []).flatMap(
      ({ step }, ordinal) =>
        lane?.steps.includes(ordinal) && step.kind === 'verify'
          ? (step.triggers ?? []).map(({ name }) => name)
          : [],
    );
  expect([asked(checkout), asked(catalog)]).toEqual([['trigger high_error_rate'], []]);
  await press('with-dependents');
  await engine.work();
  const [row] = engine.runs();
  expect(row?.run.members).toMatchObject([
    {
      ...{ service: 'main/shop/checkout', status: 'stopped', verdict: 'failed' },
      stop: { reason: 'Verification failed: trigger high_error_rate: expected not > 5 %, got 20 %.' },
    },
    { service: 'main/shop/catalog', status: 'done' },
  ]);
  const said = engine.notifications().filter(({ kind }) => kind === 'rolled_back');
  expect(said.map(({ service }) => service)).toEqual(['main/shop/catalog']);
});
