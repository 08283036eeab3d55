import { judgeCommand, waitsForPod, workloadChanges } from '@lastgood/domain';
import { aRun, aTrigger, dayZero, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

let engine: TestEngine;

const readings = (id: string) =>
  engine.store.world.readings.filter(({ deploymentId }) => deploymentId === id).map(({ slot }) => slot);
const state = (id = 'd2') => engine.store.world.states.get(`${id}/high_error_rate`);
const rollback = () =>
  [...engine.store.world.deployments.values()].find(({ deployment }) => deployment.origin === 'rollback');
const slotsFrom = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n * 15_000);

/** Release 2 fires, its rollback has set the template of release 1, and no pod follows yet. */
async function rollingBack(over: Parameters<TestEngine['begin']>[0] = {}): Promise<void> {
  engine = createTestEngine({ settles: 'by-hand' });
  await engine.begin(over);
  engine.answers(0.3);
  await engine.tick(9);
  await engine.work(3_000);
  expect(rollback()?.deployment).toMatchObject({ status: 'in_progress', previousDeploymentId: 'd2' });
  await engine.time.pass(12_000);
}

const troubles = () =>
  engine
    .events()
    .filter(({ type }) => type === 'trigger.trouble' || type === 'trigger.recovered')
    .map(({ text }) => text);

const decided = () => ({
  decisions: engine.store.world.decisions.length,
  runs: engine.runs().length,
  told: engine.notifications().length,
  trips: engine.store.world.trips.length,
});

describe('what a rollback takes back', () => {
  beforeEach(() => rollingBack());

  it('is read in every slot until the rollback is done, and the rollback from then on', async () => {
    const from = engine.time.now();
    await engine.tick(6);
    engine.answers(0);
    await engine.tick(6);
    expect(readings('d2').slice(-12)).toEqual(slotsFrom(from, 12));
    expect(state()).toMatchObject({ phase: 'inactive', everFired: true });
    expect(engine.events('trigger.resolved')).toMatchObject([{ deploymentId: 'd2', at: from + 6 * 15_000 }]);
    engine.rollout.cluster.settle(webWorkload);
    await engine.work();
    const id = rollback()?.deployment.id ?? '';
    expect(engine.deployment('d2').status).toBe('rolled_back');
    const before = readings('d2').length;
    await engine.time.pass(15_000 - (engine.time.now() % 15_000));
    await engine.tick(4);
    expect(readings('d2')).toHaveLength(before);
    expect(readings(id)).toHaveLength(4);
  });

  it('leads to nothing more, however it breaches', async () => {
    const before = decided();
    await engine.tick(40);
    expect(decided()).toEqual(before);
    engine.answers(0);
    await engine.tick(2);
    engine.answers(0.3);
    await engine.tick(20);
    expect(engine.events('trigger.fired')).toHaveLength(2);
    expect(decided()).toEqual(before);
    expect(engine.events('decision.made')).toHaveLength(1);
  });

  it('proves nothing', async () => {
    const { slotsAsked, slotsHealthy } = state() ?? {};
    engine.answers(0);
    await engine.tick(200);
    expect(state()).toMatchObject({ slotsAsked, slotsHealthy });
    expect(engine.deployment('d2').proof).toBe('unproven');
    expect(engine.events('deployment.verified')).toEqual([]);
  });

  it('is no trouble when its series end, and the outage of its source is', async () => {
    engine.metrics.answer(() => ({ kind: 'no-data' }));
    await engine.tick(20);
    expect(readings('d2').length).toBeGreaterThanOrEqual(20);
    expect(troubles()).toEqual([]);
    engine.metrics.setDown('refused');
    await engine.tick(2);
    engine.metrics.setDown(null);
    await engine.tick(2);
    expect(troubles()).toEqual([
      'high_error_rate cannot be asked: refused',
      'high_error_rate can be asked again',
    ]);
  });
});

it('is no trouble when its pods are gone, and the outage of its source is one at once', async () => {
  const trigger = aTrigger({
    query: 'errors{pod=~"$POD_TEMPLATE_HASH"}',
    minSamples: { query: 'requests', atLeast: 0.1 },
  });
  await rollingBack({ service: { triggers: [trigger] } });
  const row = engine.store.world.deployments.get('d2');
  if (!row) throw new Error('d2 is not there');
  const gone = workloadChanges(row.deployment).map((change) => ({ ...change, after: null }));
  row.deployment = { ...row.deployment, changes: gone };
  engine.metrics.answer(() => ({ kind: 'no-data' }));
  await engine.tick(4);
  expect(state()?.reading).toEqual({ kind: 'unreachable', reason: waitsForPod });
  expect(troubles()).toEqual([]);
  engine.metrics.setDown('refused');
  await engine.tick(2);
  expect(troubles()).toEqual([
    'the companion query of high_error_rate cannot be used, so a breach cannot count: refused',
  ]);
  engine.metrics.answer(() => ({ kind: 'value', value: 1 }));
  engine.metrics.setDown(null);
  await engine.tick(2);
  expect(troubles().slice(1)).toEqual(['the companion query of high_error_rate can be used again']);
});

it('is read by one of two replicas in each slot', async () => {
  await rollingBack();
  const other = engine.createTicker('two');
  const from = engine.time.now();
  for (let n = 0; n < 4; n += 1) {
    await Promise.all([other.tick(engine.time.now(), engine.forever), engine.tick()]);
  }
  expect(readings('d2').slice(-4)).toEqual(slotsFrom(from, 4));
});

it('asks no companion trouble of what has no traffic any more', async () => {
  const trigger = aTrigger({ minSamples: { query: 'requests', atLeast: 0.1 } });
  await rollingBack({ service: { triggers: [trigger] } });
  engine.metrics.answer(() => ({ kind: 'no-data' }));
  await engine.tick(2);
  expect(engine.events('trigger.trouble')).toEqual([]);
});

it('is read in every slot, too, from the moment that a rollback of a release at rest is asked for', async () => {
  engine = createTestEngine({ settles: 'by-hand' });
  const past = { completedAt: dayZero - 90 * minute, watchEndsAt: dayZero - 60 * minute };
  await engine.begin({ deployment: { ...past, status: 'completed', watchClosedAt: dayZero - 60 * minute } });
  await engine.tick(8);
  expect(readings('d2').length).toBeLessThan(4);
  engine.answers(0.01);
  const before = readings('d2').length;
  await engine.commit({ newRuns: [aRun({ createdAt: engine.time.now() })] });
  await engine.tick(4);
  expect(readings('d2')).toHaveLength(before + 4);
  await engine.work(3_000);
  await engine.time.pass(12_000);
  await engine.tick(8);
  expect(readings('d2')).toHaveLength(before + 12);
});

const given = async (command: Parameters<typeof judgeCommand>[0]) => {
  const by = { by: 'ada', at: engine.time.now() };
  await engine.store.commands.command(engine.runs()[0]?.run.id ?? '', judgeCommand(command, by));
};
const toNextSlot = () => engine.time.pass(15_000 - (engine.time.now() % 15_000));

/** Stopped by a person; what is there then breaches as long as before. Returns the id of the rollback's own deployment. */
async function stoppedHalfWay(): Promise<string> {
  await rollingBack();
  const { id = '' } = rollback()?.deployment ?? {};
  await given({ command: 'stop', reason: 'enough' });
  await engine.work(60_000);
  expect(engine.deployment(id).status).toBe('failed');
  await toNextSlot();
  return id;
}

it('what a rollback left that stopped half-way is read in every slot', async () => {
  const id = await stoppedHalfWay();
  engine.answers(0);
  const before = readings('d2').length;
  await engine.tick(10);
  expect(readings(id)).toHaveLength(10);
  expect(readings('d2')).toHaveLength(before);
});

it('holds nothing against a finished rollback that fired while it stood half-way', async () => {
  const id = await stoppedHalfWay();
  await engine.tick(12);
  expect(state(id)).toMatchObject({ phase: 'firing', everFired: true });
  expect(engine.store.world.decisions.at(-1)).toMatchObject({ deploymentId: id, wanted: 'roll_back' });
  await given({ command: 'resume' });
  engine.answers(0);
  engine.rollout.cluster.settle(webWorkload);
  await engine.work();
  expect(engine.deployment(id).status).toBe('completed');
  await toNextSlot();
  await engine.tick(1);
  expect(state(id)).toMatchObject({ phase: 'inactive', everFired: false });
  await engine.tick(130);
  // No trigger speaks against it; nobody looks at pods here.
  const [ends] = engine.events('deployment.unproven').filter(({ deploymentId }) => deploymentId === id);
  expect(ends?.text).toContain('its own pods served in 0 of 120 looks');
});

it('is read again, and not what the rollback left, from the moment that a stopped rollback goes on', async () => {
  const id = await stoppedHalfWay();
  await engine.tick(2);
  await given({ command: 'resume' });
  await engine.work(3_000);
  expect(engine.deployment(id).status).toBe('in_progress');
  await toNextSlot();
  const [left, taken] = [readings(id).length, readings('d2').length];
  await engine.tick(4);
  expect(readings(id)).toHaveLength(left);
  expect(readings('d2')).toHaveLength(taken + 4);
  engine.answers(0);
  engine.rollout.cluster.settle(webWorkload);
  await engine.work();
  expect(engine.deployment('d2').status).toBe('rolled_back');
  expect(engine.deployment(id).status).toBe('completed');
});
