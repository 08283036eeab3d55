import {
  aRun,
  dayZero,
  imageOf,
  minute,
  onlyWatched,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

let engine: TestEngine;
beforeEach(() => {
  engine = createTestEngine();
});

/** Another template than release 2 left behind is a deployment of its own from then on. */
async function completed(): Promise<void> {
  const watched = { completedAt: dayZero, watchEndsAt: dayZero + 30 * minute };
  await engine.commit({ deployments: [{ id: 'd2', status: 'completed', ...watched }] });
}

/** Release 2 breaches, and nobody looks at the cluster: the follower is late. */
async function breachUnfollowed(): Promise<string> {
  engine.answers(0.3);
  await engine.tick(9);
  const queued = engine.runs()[0]?.run;
  if (!queued) throw new Error('nothing was decided');
  return queued.id;
}

/** What release 1 serves is healthy. */
function isBack(): boolean {
  return engine.image()?.startsWith(imageOf('v1')) === true;
}

async function lastAttemptAt(deploymentId: string): Promise<number | null | undefined> {
  const slot = Math.ceil(engine.time.now() / 15_000) * 15_000;
  await engine.time.runUntil(slot);
  const claim = await engine.store.slots.claim(slot, 0, 'looks', 15_000);
  if (!claim) throw new Error('the slot is taken');
  const watched = await engine.store.slots.watched(claim, onlyWatched);
  return watched.find(({ deployment }) => deployment.id === deploymentId)?.lastAttemptAt;
}

describe('an automatic run whose records were late', () => {
  beforeEach(async () => {
    await engine.begin();
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v3') });
  });

  it('is withdrawn for the release that the cluster shows, pages nobody and burns no cooldown', async () => {
    await completed();
    const id = await breachUnfollowed();
    await engine.work();
    expect(engine.run(id).run).toMatchObject({
      status: 'cancelled',
      stop: {
        reason: expect.stringMatching(/v3 \(release 3\) is newer than v2 \(release 2\)/),
        endState: 'Nothing was changed.',
      },
    });
    const [newest] = await engine.store.deployments.followed();
    expect(newest?.latest).toMatchObject({ release: 3, origin: 'detected', version: 'v3' });
    expect(engine.deployment('d2').supersededBy).toBe(newest?.latest?.id);
    expect(engine.notifications().filter(({ urgency }) => urgency === 'page')).toEqual([]);
    expect(engine.image()).toBe(imageOf('v3'));
    expect(await lastAttemptAt(newest?.latest?.id ?? '')).toBeNull();
  });

  it('lets the newer release be taken back by its own triggers, well within the cooldown', async () => {
    await completed();
    const id = await breachUnfollowed();
    await engine.work();
    const withdrawnAt = engine.run(id).run.finishedAt ?? 0;
    const worseFrom = engine.time.now() + 15_000;
    engine.metrics.answer((_question, at) => ({
      kind: 'value',
      value: at < worseFrom || isBack() ? 0 : 0.3,
    }));
    await engine.watch(12);
    const again = engine.runs().find(({ run }) => run.id !== id)?.run;
    expect(again?.createdAt).toBeLessThan(withdrawnAt + 5 * minute);
    await engine.work();
    expect(engine.run(again?.id ?? '').run).toMatchObject({ status: 'done', verdict: 'passed' });
    expect(engine.image()).toContain(imageOf('v1'));
  });

  it('plans anew from what its own release has set since it was recorded', async () => {
    // A pipeline that applies twice: its configuration, then the image that it registered.
    await engine.commit({ deployments: [{ id: 'd2', registeredImages: { app: imageOf('v3') } }] });
    const id = await breachUnfollowed();
    engine.metrics.answer(() => ({ kind: 'value', value: isBack() ? 0 : 0.3 }));
    await engine.work();
    expect(engine.run(id).run).toMatchObject({ status: 'done', verdict: 'passed', deploymentId: 'd2' });
    expect(engine.image()).toContain(imageOf('v1'));
  });

  it('is withdrawn by a fresh look at the fence, too, when the newer release came after the plan', async () => {
    engine = createTestEngine();
    await engine.begin();
    await completed();
    const id = await breachUnfollowed();
    const { apply } = engine.workloads.rehearseTemplate;
    engine.workloads.rehearseTemplate.apply = async (...given) => {
      const result = await apply(...given);
      engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v3') });
      return result;
    };
    await engine.work();
    expect(engine.run(id).run).toMatchObject({ status: 'cancelled' });
    expect(engine.run(id).steps.map(({ status }) => status)).not.toContain('failed');
    expect(engine.image()).toBe(imageOf('v3'));
    expect(engine.notifications().filter(({ urgency }) => urgency === 'page')).toEqual([]);
  });
});

it("a person's run stops at a third version and says so", async () => {
  await engine.begin();
  await completed();
  engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v3') });
  await engine.commit({ newRuns: [aRun()] });
  await engine.work();
  expect(engine.run('r1').run).toMatchObject({
    status: 'stopped',
    stop: { refusals: [{ code: 'third-version' }] },
  });
});
