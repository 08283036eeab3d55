import { allWays, type Way } from '@lastgood/domain';
import { fakeImageDigest } from '@lastgood/testkit/fakes/fake-template';
import { aBaseline, aDeployment, dayZero, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { previewRollback } from './preview.ts';
import { type RollbackCommand, requestRollback } from './request.ts';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin();
});

const request = (over: Partial<RollbackCommand> = {}, queueRun = engine.store.commands.queueRun) =>
  requestRollback(
    {
      deployments: engine.store.deployments,
      clock: engine.time.clock,
      newId: engine.newId,
      queueRun,
    },
    {
      deploymentId: 'd2',
      targetId: null,
      requester: { kind: 'person', name: 'ada' },
      reason: null,
      startsInMs: 0,
      evidence: [{ trigger: 'high_error_rate' }],
      ...over,
    },
  );
const dependencies = () => ({
  ports: { rollout: engine.rollout, workloads: engine.workloads },
  deployments: engine.store.deployments,
  clock: engine.time.clock,
});
const preview = (deploymentId = 'd2', targetId: string | null = null) =>
  previewRollback(dependencies(), { deploymentId, targetId, evidence: null, signal: engine.forever });

describe('the click', () => {
  it('is queued without asking the cluster, to the last known good, with a reason and what was on screen', async () => {
    expect(await request()).toMatchObject({
      kind: 'queued',
      run: {
        targetDeploymentId: 'd1',
        reason: 'Rolled back by hand: v2 → v1 (release 2 → 1).',
        evidence: [{ trigger: 'high_error_rate' }],
        requester: { kind: 'person', name: 'ada' },
      },
    });
    expect(engine.rollout.calls()).toEqual([]);
  });

  it('may name what is lost, which every way is told, by the preview too', async () => {
    const accepting = ['aws_sqs_queue.q'];
    expect(await request({ accepting })).toMatchObject({ run: { accepting } });
    const told: unknown[] = [];
    const way: Way = {
      name: 'listening',
      takesBack: (context) => {
        told.push(context.accepting);
        return null;
      },
      needs: () => [],
      plan: () => ({ kind: 'steps', steps: [], warnings: [] }),
    };
    const { ports, deployments, clock } = dependencies();
    const asked = { deploymentId: 'd2', targetId: null, evidence: null, signal: engine.forever };
    await previewRollback({ ports, deployments, clock }, { ...asked, accepting, ways: [...allWays, way] });
    expect(told.at(-1)).toEqual(accepting);
  });

  it('skips the cooldown', async () => {
    await request();
    engine.rollout.failNext('read', { kind: 'unreachable', reason: 'x' });
    await engine.work();
    await engine.commit({ newDeployments: [aDeployment({ id: 'd9' })] });
    expect((await request({ deploymentId: 'd9', targetId: 'd1' })).kind).toBe('queued');
  });

  it('joins the run that is under way to the same target, and collides with another', async () => {
    const other = aBaseline({ id: 'd0', proof: 'unproven' });
    await engine.commit({ newDeployments: [other] });
    const all = await Promise.all([request(), request(), request({ targetId: 'd0' })]);
    expect(all.map(({ kind }) => kind)).toEqual(['queued', 'joined', 'conflict']);
    expect(engine.runs()).toHaveLength(1);
  });

  it('does not join the run of an older release to the same target', async () => {
    const older = await request();
    if (older.kind !== 'queued') throw new Error('it was not queued');
    await engine.commit({ newDeployments: [aDeployment({ id: 'd3', previousDeploymentId: 'd2' })] });
    expect(await request({ deploymentId: 'd3', targetId: 'd1' })).toMatchObject({
      kind: 'conflict',
      run: { id: older.run.id },
      takesBack: { id: 'd2', release: 2 },
    });
  });

  it('joins the run of a newer release to the same target', async () => {
    await engine.commit({ newDeployments: [aDeployment({ id: 'd3', previousDeploymentId: 'd2' })] });
    expect((await request({ deploymentId: 'd3', targetId: 'd1' })).kind).toBe('queued');
    expect((await request()).kind).toBe('joined');
  });

  it('joins a group that takes the service to the same target, and names the target of its own record', async () => {
    const queued = await request();
    if (queued.kind !== 'queued') throw new Error('it was not queued');
    const record = {
      status: 'running' as const,
      startedAt: null,
      finishedAt: null,
      verdict: null,
      stop: null,
    };
    const other = {
      ...record,
      lane: 0,
      service: 'main/shop/cart',
      deploymentId: 'c2',
      targetDeploymentId: 'c1',
    };
    const own = {
      ...record,
      lane: 1,
      service: queued.run.service,
      deploymentId: 'd2',
      targetDeploymentId: 'd1',
    };
    const group = { ...queued.run, ...other, status: 'running' as const, members: [other, own] };
    const queueRun = async () => ({ kind: 'active' as const, run: group });
    expect(await request({}, queueRun)).toMatchObject({ kind: 'joined' });
    await engine.commit({ newDeployments: [aBaseline({ id: 'd0', proof: 'unproven' })] });
    expect(await request({ targetId: 'd0' }, queueRun)).toMatchObject({
      kind: 'conflict',
      targetDeploymentId: 'd1',
    });
  });

  it('may go to an unproven target', async () => {
    await engine.commit({ newDeployments: [aBaseline({ id: 'd0', proof: 'unproven' })] });
    expect((await request({ targetId: 'd0' })).kind).toBe('queued');
  });

  it.each<[string, Partial<RollbackCommand>, string]>([
    ['an unknown deployment', { deploymentId: 'ghost' }, 'not-found'],
    ['an unknown target', { targetId: 'ghost' }, 'not-found'],
    ['itself', { targetId: 'd2' }, 'not-current'],
    ['nothing good before it', { deploymentId: 'd1' }, 'no-target'],
  ])('of %s', async (_words, over, kind) => expect((await request(over)).kind).toBe(kind));

  it('of what is rolled back already says so', async () => {
    await request();
    await engine.work();
    expect(await request()).toMatchObject({
      kind: 'not-current',
      reason: 'v2 (release 2) is rolled back already.',
    });
  });
});

describe('the preview', () => {
  it('is the plan the run will have, and changes nothing', async () => {
    const shown = await preview();
    if (shown.kind !== 'planned' || shown.result.kind !== 'plan') throw new Error('it can be planned');
    expect(engine.rollout.effects()).toEqual([]);
    await request();
    await engine.work();
    const [row] = engine.runs();
    expect(row?.run.plan?.steps.map(({ step }) => step)).toEqual(
      shown.result.plan.steps.map(({ step }) => step),
    );
  });

  it('says why there is none', async () => {
    engine.rollout.cluster.at(webWorkload).paused = true;
    const shown = await preview();
    expect(shown).toMatchObject({ kind: 'planned', result: { refusals: [{ code: 'workload-paused' }] } });
    expect((await preview('ghost')).kind).toBe('not-found');
  });

  it('is not stopped by a pod of somebody else that runs the tag with a newer digest', async () => {
    const { cluster } = engine.rollout;
    cluster.moveTag(imageOf('v1'), 'sha256:moved');
    cluster.create({ ...webWorkload, name: 'other' }, { app: imageOf('v1') });
    expect(await preview()).toMatchObject({ kind: 'planned', result: { kind: 'plan' } });
  });

  it('pins a tag that moved to what was proven, and says so', async () => {
    const { cluster } = engine.rollout;
    cluster.moveTag(imageOf('v1'), 'sha256:moved');
    cluster.deploy(webWorkload, { app: imageOf('v1') });
    cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
    const shown = await preview();
    if (shown.kind !== 'planned' || shown.result.kind !== 'plan') throw new Error(JSON.stringify(shown));
    const proven = fakeImageDigest(imageOf('v1'));
    expect(shown.result.plan.warnings.join(' ')).toContain(
      `app is pinned to ${proven}, because ${imageOf('v1')} points elsewhere now (sha256:moved)`,
    );
    await request();
    await engine.work();
    expect(engine.image()).toBe(`${imageOf('v1')}@${proven}`);
    expect(engine.runs()[0]?.run.status).toBe('done');
  });

  it('leaves alone what has the target’s template already, though none of its pods run', async () => {
    engine.rollout.cluster.deploy(
      { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' },
      { app: imageOf('v1') },
      { hold: true },
    );
    expect(await preview()).toMatchObject({
      kind: 'planned',
      result: {
        kind: 'plan',
        plan: { warnings: expect.arrayContaining([expect.stringContaining('already')]) },
      },
    });
    expect(dayZero).toBe(engine.time.now());
  });
});
