import { rolloutInWords } from '@lastgood/domain';
import { dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  begin,
  beginEach,
  deploy,
  engine,
  follow,
  followerOf,
  latest,
  registered,
  report,
} from './deployments-harness.ts';

beginEach();

describe.each(['its pipeline', 'its time'] as const)('what is told of one that failed by %s', (by) => {
  async function failed(baselineIsGood: boolean) {
    await follow();
    const baseline = await latest();
    if (!baseline) throw new Error('the follower takes a baseline');
    if (!baselineIsGood) await engine.commit({ deployments: [{ id: baseline.id, proof: 'unproven' }] });
    const { deployment } = await registered();
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
    await report(deployment.id, by === 'its pipeline' ? 'failed' : 'completed');
    await engine.time.pass(10 * minute);
    await follow();
    return engine.notifications()[0];
  }

  it('offers a rollback only where an earlier release is known to be good', async () => {
    const told = await failed(true);
    expect(told?.kind).toBe('rollout_failed');
    expect(told?.facts?.nothingToGoBackTo).toBeUndefined();
    await begin();
    const lost = await failed(false);
    expect(lost?.kind).toBe('rollout_failed');
    expect(lost?.facts?.nothingToGoBackTo).toBe(true);
    expect(lost?.text).toContain('no earlier release is known to be good');
  });
});

describe('a pipeline’s last word', () => {
  it('failed ends the watch', async () => {
    await follow();
    const { deployment } = await registered();
    expect(await report(deployment.id, 'failed')).toMatchObject({
      kind: 'recorded',
      deployment: { status: 'failed', proof: 'unproven', watchClosedAt: dayZero },
    });
  });

  it('failed goes on watching what is in place: it may harm, and is not good because it rolls out', async () => {
    await follow();
    const { deployment } = await registered();
    deploy('v2');
    await report(deployment.id, 'failed');
    expect(engine.deployment(deployment.id)).toMatchObject({
      ...{ status: 'failed', proof: 'unproven', watchClosedAt: null },
    });
    expect(engine.notifications()).toMatchObject([{ kind: 'rollout_failed', urgency: 'page' }]);
    await engine.time.pass(5 * minute);
    await follow();
    expect(engine.deployment(deployment.id)).toMatchObject({ status: 'failed', watchClosedAt: null });
    await engine.time.pass(25 * minute);
    await follow();
    expect(engine.deployment(deployment.id)).toMatchObject({ status: 'failed', watchClosedAt: null });
    await engine.tick();
    expect(engine.deployment(deployment.id)).toMatchObject({
      ...{ status: 'failed', watchClosedAt: dayZero + 30 * minute },
    });
  });

  it('failed lets what is in place be taken back automatically', async () => {
    await follow();
    const { deployment } = await registered();
    deploy('v2');
    await report(deployment.id, 'failed');
    engine.answers(0.5, 0);
    await engine.tick(10);
    expect(engine.runs()).toHaveLength(1);
  });

  it('does not undo a rollback that came first, also while it looks at the cluster', async () => {
    await follow();
    const { deployment } = await registered();
    const { read } = engine.rollout;
    engine.rollout.read = async (...args) => {
      await engine.commit({ deployments: [{ id: deployment.id, status: 'rolled_back' }] });
      return read(...args);
    };
    expect(await report(deployment.id, 'completed')).toMatchObject({ kind: 'ended' });
    expect(engine.deployment(deployment.id).status).toBe('rolled_back');
    expect(await report(deployment.id, 'completed')).toMatchObject({ kind: 'ended' });
    expect((await report('ghost', 'completed')).kind).toBe('not-found');
  });

  it('may be said twice', async () => {
    await follow();
    const { deployment } = await registered();
    deploy('v2');
    await report(deployment.id, 'completed');
    await engine.time.pass(minute);
    expect(await report(deployment.id, 'completed')).toMatchObject({
      kind: 'recorded',
      deployment: { completedAt: dayZero },
    });
    expect(engine.events('deployment.completed')).toHaveLength(1);
  });
});

describe('that it is complete, said by a pipeline', () => {
  const hold = (version: string) =>
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf(version) }, { hold: true });
  beforeEach(() => follow());

  it('is a claim: the window starts when the rollout is seen complete', async () => {
    const { deployment } = await registered();
    hold('v2');
    await engine.time.pass(minute);
    expect(await report(deployment.id, 'completed')).toMatchObject({
      kind: 'recorded',
      deployment: { status: 'in_progress', reportedCompleteAt: dayZero + minute, completedAt: null },
    });
    expect(engine.events('deployment.reported')).toHaveLength(1);
    expect(engine.events('deployment.completed')).toHaveLength(0);
    expect(rolloutInWords(engine.deployment(deployment.id))).toMatch(
      /^Reported complete; waiting for its rollout \(Deployment web: 0 of 3 replicas available/,
    );
    await engine.time.pass(minute);
    engine.rollout.cluster.settle(webWorkload);
    await follow();
    expect(engine.deployment(deployment.id)).toMatchObject({
      status: 'completed',
      completedAt: dayZero + 2 * minute,
      watchEndsAt: dayZero + 32 * minute,
    });
  });

  it('is no completion while the cluster shows no change, and fails in its time', async () => {
    const { deployment } = await registered();
    await report(deployment.id, 'completed');
    expect(rolloutInWords(engine.deployment(deployment.id))).toContain('shows nothing of its change yet');
    await engine.time.pass(10 * minute);
    await follow();
    expect(engine.deployment(deployment.id)).toMatchObject({
      status: 'failed',
      watchClosedAt: expect.any(Number),
    });
    expect(engine.events('deployment.failed')[0]?.text).toContain('the cluster never showed its change');
  });

  it('fails with what the cluster says, is still watched, and can still be taken back', async () => {
    const { deployment } = await registered();
    hold('v2');
    engine.rollout.cluster.at(webWorkload).progress = { warning: 'pod web-1: ImagePullBackOff' };
    await report(deployment.id, 'completed');
    await engine.time.pass(10 * minute);
    await follow();
    const failed = engine.deployment(deployment.id);
    expect(failed).toMatchObject({ status: 'failed', proof: 'unproven', watchClosedAt: null });
    expect(engine.events('deployment.failed')[0]?.text).toContain('pod web-1: ImagePullBackOff');
    expect(engine.notifications()).toMatchObject([{ kind: 'rollout_failed', urgency: 'page' }]);
    engine.answers(0.5, 0);
    await engine.tick(10);
    expect(engine.runs()).toHaveLength(1);
  });

  describe('and failed, mends itself after its watch', () => {
    const kinds = () => engine.notifications().map(({ kind }) => kind);
    const told = () => kinds().filter((kind) => kind === 'incident_over').length;
    const during = async (ms: number, everyMs = 5 * minute) => {
      const follower = followerOf();
      for (const until = engine.time.now() + ms; engine.time.now() < until; await engine.time.pass(everyMs))
        await follower.follow(engine.forever);
    };
    let id: string;
    beforeEach(async () => {
      ({ id } = (await registered()).deployment);
      hold('v2');
      await report(id, 'completed');
      await engine.time.pass(10 * minute);
      await follow();
      await engine.time.pass(50 * minute);
      await engine.tick();
      expect(engine.deployment(id)).toMatchObject({ status: 'failed', watchClosedAt: expect.any(Number) });
      expect(kinds()).toEqual(['rollout_failed']);
      await engine.time.pass(60 * minute);
      engine.rollout.cluster.settle(webWorkload);
    });

    it('which ends what was told once it has served for a whole window, and proves nothing', async () => {
      await during(30 * minute);
      expect(told()).toBe(0);
      await during(5 * minute);
      expect(engine.notifications().at(-1)).toMatchObject({
        ...{ kind: 'incident_over', urgency: 'info', deploymentId: id },
        text: 'v2 (release 2) is rolled out after all: its own pods have served for 30 min.',
      });
      expect(engine.deployment(id)).toMatchObject({ status: 'failed', proof: 'unproven' });
      await during(60 * minute);
      expect(told()).toBe(1);
      expect(engine.events('deployment.mended')).toHaveLength(1);
    });

    it('and fails again, which is told anew once it lasts, and ended as before', async () => {
      const workload = engine.rollout.cluster.at(webWorkload);
      await during(35 * minute);
      workload.ready = 1;
      await during(10 * minute);
      expect(kinds()).toEqual(['rollout_failed', 'incident_over']);
      await during(minute);
      expect(kinds()).toEqual(['rollout_failed', 'incident_over', 'rollout_failed']);
      const [first, , again] = engine.notifications();
      expect(again?.key).not.toBe(first?.key);
      expect(again).toMatchObject({
        ...{ urgency: 'page', deploymentId: id },
        title: 'web: v2 (release 2) fails again after its rollout was complete',
        text: expect.stringContaining(
          'v2 (release 2) fails again: its own pods have not served completely for 10 min: ',
        ),
      });
      await during(60 * minute);
      expect(kinds()).toHaveLength(3);
      expect(engine.events('deployment.failed')).toHaveLength(2);
      workload.ready = null;
      await during(40 * minute);
      expect(kinds()).toEqual(['rollout_failed', 'incident_over', 'rollout_failed', 'incident_over']);
    });

    it.each([
      ['good', 'Roll it back, or mend it.', undefined],
      ['unproven', 'Mend it, for no earlier release is known to be good.', true],
    ] as const)(
      'and as it fails again offers a rollback only where the release before it is good: %s',
      async (proof, words, lost) => {
        const before = engine.deployment(id).previousDeploymentId ?? '';
        if (proof === 'unproven') await engine.commit({ deployments: [{ id: before, proof }] });
        await during(35 * minute);
        engine.rollout.cluster.at(webWorkload).ready = 1;
        await during(11 * minute);
        const again = engine.notifications().at(-1);
        expect(again?.title).toContain('fails again');
        expect(again?.text).toContain(words);
        expect(again?.facts?.nothingToGoBackTo).toBe(lost);
      },
    );

    it('and is not told as failed again for a pod that is away for a short while, nor at no replicas', async () => {
      const workload = engine.rollout.cluster.at(webWorkload);
      await during(35 * minute);
      workload.ready = 1;
      await during(5 * minute);
      workload.ready = null;
      await during(60 * minute);
      expect(kinds()).toEqual(['rollout_failed', 'incident_over']);
      expect(engine.events('deployment.mended')).toHaveLength(1);
      workload.replicas = 0;
      await during(60 * minute);
      expect(kinds()).toEqual(['rollout_failed', 'incident_over']);
    });

    it('and is not over before, where it fails between two looks, or nobody looked', async () => {
      const workload = engine.rollout.cluster.at(webWorkload);
      await during(25 * minute);
      workload.ready = 1;
      await during(minute);
      workload.ready = null;
      await during(25 * minute);
      await engine.time.pass(15 * minute);
      await during(25 * minute);
      expect(told()).toBe(0);
      await during(10 * minute);
      expect(told()).toBe(1);
    });
  });

  it('proves nothing when the cluster cannot be seen', async () => {
    const { deployment } = await registered();
    deploy('v2');
    engine.rollout.failNext('read', { kind: 'unreachable', reason: 'refused' });
    expect(await report(deployment.id, 'completed')).toMatchObject({ deployment: { status: 'in_progress' } });
    await follow();
    expect(engine.deployment(deployment.id).status).toBe('completed');
  });
});

describe('a release that never ran', () => {
  it('is not verified by the good answers of the pods before it', async () => {
    await follow();
    const { deployment } = await registered();
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
    await report(deployment.id, 'completed');
    await engine.watch(300);
    expect(engine.deployment(deployment.id)).toMatchObject({ status: 'failed', proof: 'unproven' });
    expect(await engine.store.deployments.lastKnownGood('main/shop/web', 99)).toMatchObject({ release: 1 });
  });

  it('nor is one whose pods lost readiness for most of its window', async () => {
    await follow();
    const { deployment } = await registered();
    deploy('v2');
    await report(deployment.id, 'completed');
    await engine.watch(20);
    engine.rollout.cluster.at(webWorkload).ready = 0;
    await engine.watch(110);
    expect(engine.deployment(deployment.id)).toMatchObject({ status: 'completed', proof: 'unproven' });
    expect(engine.events('deployment.unproven')[0]?.text).toMatch(/its own pods served in 2\d of 120 looks/);
  });
});
