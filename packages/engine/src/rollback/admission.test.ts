import type { PodTemplate } from '@lastgood/domain';
import { fakeTemplateDigest } from '@lastgood/testkit/fakes/fake-template';
import { aRun, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFollower } from '../deployment/follow.ts';
import { previewRollback } from './preview.ts';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin();
});

type Containers = { name: string; image: string }[];
const containersOf = (template: PodTemplate) => (template.spec as { containers: Containers }).containers;

/** A policy that came after release 1 was recorded. */
const admit = (change: (containers: Containers) => Containers, mark: () => object = () => ({})) =>
  engine.rollout.cluster.admit((template) => ({
    ...template,
    spec: { ...(template.spec as object), containers: change(containersOf(template)), ...mark() },
  }));
const withProxy = (containers: Containers) =>
  containers.some(({ name }) => name === 'proxy')
    ? containers
    : [...containers, { name: 'proxy', image: 'proxy:1' }];

const rollBack = async () => {
  await engine.commit({ newRuns: [aRun()] });
  await engine.work();
  return engine.run('r1');
};
const setTimes = () => engine.rollout.effects().filter(({ kind }) => kind === 'set-template').length;

/** How many deployments there are once the follower has looked at the rollback, right after it and later. */
const followed = async () => {
  const follower = createFollower({
    ...{ deployments: engine.store.deployments, watch: engine.rollout.watch, clock: engine.time.clock },
    ...{ rollout: engine.rollout, readWithinMs: 3_000 },
    ...{ passEveryMs: 0, judgeAllEveryMs: 0 },
  });
  for (let n = 0; n < 3; n += 1) {
    await follower.follow(engine.forever);
    await engine.time.pass(minute);
  }
  return engine.store.world.deployments.size;
};

describe('an admission policy newer than the target', () => {
  it('forbids no rollback: what the cluster answers to the dry run is what must serve', async () => {
    admit(withProxy);
    const { run } = await rollBack();
    expect(run.stop).toBeNull();
    expect(run.status).toBe('done');
    expect(run.plan?.warnings.join(' ')).toContain('The cluster changes the template of Deployment web');
    expect(setTimes()).toBe(1);
    expect(await followed()).toBe(3);
  });

  it('that answers anew each time is sent to once, and its last answer is the target from then on', async () => {
    let answers = 0;
    admit(withProxy, () => ({ stamp: ++answers }));
    const { run, steps } = await rollBack();
    expect(run.stop).toBeNull();
    expect(run.status).toBe('done');
    expect(setTimes()).toBe(1);
    const digest = fakeTemplateDigest(engine.rollout.cluster.at(webWorkload).template);
    for (const kind of ['set-template', 'wait-until-stable']) {
      const row = [...steps.values()].find(({ planned }) => planned.step.kind === kind);
      expect(row?.planned.step).toMatchObject({ templateDigest: digest });
    }
    const record = engine.deployment('r1-rollback').changes[0];
    expect(record).toMatchObject({ after: { templateDigest: digest } });
    expect(await followed()).toBe(3);
  });

  it('that answers anew each time is sent to once also when the answer was lost', async () => {
    let answers = 0;
    admit(withProxy, () => ({ stamp: ++answers }));
    engine.rollout.failNext('setTemplate', { kind: 'lost-reply' });
    const { run } = await rollBack();
    expect([run.status, setTimes()]).toEqual(['done', 1]);
  });

  it('that takes a container or an image away is refused before anything was changed, in words', async () => {
    admit(() => [{ name: 'app', image: imageOf('v2') }]);
    const { run } = await rollBack();
    expect(run.stop?.refusals).toMatchObject([
      { code: 'template-refused', reason: expect.stringMatching(/runs \S+v2 in place of \S+v1/) },
    ]);
    expect(setTimes()).toBe(0);
  });

  describe('of an object that was deleted and created again', () => {
    beforeEach(async () => {
      engine.rollout.cluster.remove(webWorkload);
      engine.rollout.cluster.create(webWorkload, { app: imageOf('v2') });
      await engine.follow();
      expect(engine.events('workload.recreated')).toHaveLength(1);
    });
    const preview = async () => {
      const ports = { rollout: engine.rollout, workloads: engine.workloads };
      const answer = await previewRollback(
        { deployments: engine.store.deployments, ports, clock: engine.time.clock },
        { deploymentId: 'd2', targetId: null, evidence: null, signal: engine.forever },
      );
      if (answer.kind !== 'planned') throw new Error(answer.what);
      return answer.result;
    };

    it('stands in the plan as a warning before the click', async () => {
      admit(withProxy);
      const result = await preview();
      if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
      expect(result.plan.warnings.join(' ')).toContain('The cluster changes the template of Deployment web');
    });

    it('stands in the plan as a refusal before the click', async () => {
      admit(() => [{ name: 'app', image: imageOf('v2') }]);
      expect(await preview()).toMatchObject({
        kind: 'refused',
        refusals: [
          { code: 'template-refused', reason: expect.stringMatching(/runs \S+v2 in place of \S+v1/) },
        ],
      });
    });

    it('is not asked about one that nobody has seen yet', async () => {
      engine.rollout.cluster.remove(webWorkload);
      engine.rollout.cluster.create(webWorkload, { app: imageOf('v2') });
      expect(await preview()).toMatchObject({ kind: 'refused', refusals: [{ code: 'workload-replaced' }] });
      expect(engine.rollout.calls()).not.toContain('rehearse');
    });
  });

  it('that comes between the plan and the write stops nothing', async () => {
    await engine.commit({ newRuns: [aRun()] });
    engine.rollout.failNext('rehearseTemplate', { kind: 'unreachable', reason: 'no route' });
    await engine.worker.work(engine.forever);
    admit(withProxy);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({ status: 'done', stop: null });
    expect(setTimes()).toBe(1);
  });
});
