import { aService, aTrigger, dayZero, imageOf, minute } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestRollback } from '../rollback/request.ts';
import {
  beginEach,
  deploy,
  deps,
  engine,
  follow,
  latest,
  register,
  registered,
  report,
} from './deployments-harness.ts';

/* A release that was registered and failed before anything of it was deployed: what serves is the one before it. */

const errors = aTrigger({ severity: 'page_and_suggest' });

let serving: string;
let isSick: boolean;
beginEach();
beforeEach(async () => {
  await engine.store.services.apply(aService({ triggers: [errors] }), 'test', dayZero);
  isSick = false;
  engine.metrics.answer(() => ({ kind: 'value', value: isSick ? 0.2 : 0 }));
  await follow();
  serving = (await registered()).deployment.id;
  deploy('v2');
  await report(serving, 'completed');
});

const next = (version = 'v3', more: Parameters<typeof registered>[0] = {}) =>
  registered({ version, images: { app: imageOf(version) }, ...more }).then(({ deployment }) => deployment.id);
const watch = async (slots: number) => {
  for (let slot = 0; slot < slots; slot += 1) {
    await engine.tick(1);
    await follow();
  }
};
const told = () =>
  engine
    .notifications()
    .filter(({ kind }) => !kind.startsWith('deployment_'))
    .map(({ kind, title }) => `${kind}: ${title}`);
const v2Suggested = 'rollback_suggested: web: a rollback of v2 (release 2) is suggested';
const v2Over = 'incident_over: web: what called for a rollback of v2 (release 2) is over';

describe('what serves, where a newer release was registered and never came', () => {
  it('is the newest again, watched as before, and told as over once it recovers', async () => {
    isSick = true;
    await watch(12);
    const { watchEndsAt } = engine.deployment(serving);
    const id = await next();
    await watch(2);
    expect(engine.deployment(serving)).toMatchObject({ supersededBy: id, proof: 'unproven' });
    await report(id, 'failed');
    expect(engine.deployment(serving)).toMatchObject({
      ...{ supersededBy: null, watchClosedAt: null, watchEndsAt, proof: 'pending' },
    });
    expect((await latest())?.id).toBe(serving);
    await watch(20);
    expect(told()).toEqual([v2Suggested]);
    isSick = false;
    await watch(2);
    expect(told()).toEqual([v2Suggested, v2Over]);
    expect(engine.events('deployment.stands-again')).toMatchObject([
      {
        deploymentId: serving,
        text: 'v2 (release 2) is what is there: v3 (release 3) failed before anything of it was deployed. It is watched again.',
      },
    ]);
  });

  it('is suggested to be rolled back in its place, of which is told that it cannot be', async () => {
    const id = await next();
    isSick = true;
    await watch(12);
    await report(id, 'failed');
    await watch(20);
    isSick = false;
    await watch(2);
    expect(told()).toEqual([
      'rollback_suggested: web: a rollback is suggested of what is there, and nothing of v3 (release 3) is deployed yet',
      'incident_over: web: v3 (release 3) never came, so it cannot be rolled back',
      v2Suggested,
      v2Over,
    ]);
  });

  it('stands again where it was verified, and its watch stays closed', async () => {
    const triggers = [errors, aTrigger({ name: 'acts', query: 'acts', threshold: 1 })];
    await engine.store.services.apply(aService({ triggers }), 'test', dayZero);
    await watch(125);
    expect(engine.deployment(serving)).toMatchObject({ proof: 'verified', supersededBy: null });
    const { watchClosedAt } = engine.deployment(serving);
    await report(await next(), 'failed');
    expect((await latest())?.id).toBe(serving);
    expect(engine.deployment(serving)).toMatchObject({ proof: 'verified', watchClosedAt });
    isSick = true;
    await watch(20);
    expect(told()).toEqual([v2Suggested]);
  });

  it('is what is there, too, where the follower sees that nothing came of it in its time', async () => {
    const id = await next();
    await report(id, 'completed');
    for (let pass = 0; pass < 40 && engine.deployment(id).status === 'in_progress'; pass += 1) {
      await engine.time.pass(minute);
      await follow();
    }
    expect(engine.deployment(id)).toMatchObject({ status: 'failed' });
    expect((await latest())?.id).toBe(serving);
    expect(engine.deployment(serving).supersededBy).toBeNull();
  });

  it('stays failed where its pipeline said so meanwhile, however its pods look, and is watched for its window', async () => {
    const third = await next();
    deploy('v3');
    await follow();
    const fourth = await next('v4');
    await report(third, 'failed');
    await report(fourth, 'failed');
    expect(engine.deployment(third)).toMatchObject({
      ...{ status: 'failed', proof: 'unproven', supersededBy: null, watchClosedAt: null },
      watchEndsAt: engine.time.now() + aService().policy.watchWindowMs,
    });
    await watch(12);
    expect(engine.deployment(third)).toMatchObject({ status: 'failed', watchClosedAt: null });
    expect(engine.events('deployment.completed').map(({ deploymentId }) => deploymentId)).toEqual([serving]);
  });

  it('is the one before them, of several that never came, in whatever order they fail', async () => {
    const [third, fourth] = [await next('v3'), await next('v4')];
    await report(third, 'failed');
    expect((await latest())?.id).toBe(fourth);
    await report(fourth, 'failed');
    expect((await latest())?.id).toBe(serving);
    const [fifth, sixth] = [await next('v5'), await next('v6')];
    await report(sixth, 'failed');
    expect((await latest())?.id).toBe(fifth);
    await report(fifth, 'failed');
    expect((await latest())?.id).toBe(serving);
    expect(engine.deployment(serving)).toMatchObject({ supersededBy: null, watchClosedAt: null });
  });
});

describe('a release that failed', () => {
  it('stays the newest where anything of it was deployed', async () => {
    const id = await next();
    deploy('v3');
    await follow();
    await report(id, 'failed');
    expect((await latest())?.id).toBe(id);
  });

  it.each<[string, Parameters<typeof registered>[0]]>([
    ['brings no image, so that nobody knows', { images: {}, commit: null }],
    [
      'changes more than workloads',
      { changes: [{ kind: 'config', target: { name: 'limits' }, before: null, after: null }] },
    ],
  ])('stays so where it %s', async (_words, more) => {
    const id = await next('v3', more);
    await report(id, 'failed');
    expect((await latest())?.id).toBe(id);
  });

  it('and never came is told to be that again by its own key', async () => {
    const id = await next('v3', { idempotencyKey: 'build-3' });
    await report(id, 'failed');
    expect(await register({ idempotencyKey: 'build-3' })).toMatchObject({
      ...{ kind: 'registered', deployment: { id, status: 'failed' } },
    });
  });

  it('and never came cannot be rolled back: what is there can', async () => {
    const id = await next();
    await report(id, 'failed');
    const asked = await requestRollback(
      { ...deps(), queueRun: async () => expect.unreachable('nothing is queued') },
      {
        ...{ deploymentId: id, targetId: null, requester: { kind: 'person', name: 'ada' } },
        ...{ reason: null, startsInMs: 0, evidence: null },
      },
    );
    expect(asked).toMatchObject({
      kind: 'not-current',
      reason: 'Nothing of v3 (release 3) was deployed. v2 (release 2) is what is there: roll that one back.',
    });
  });

  it('and comes after all is detected, and replaces what was there', async () => {
    await report(await next(), 'failed');
    deploy('v3');
    await follow();
    expect(await latest()).toMatchObject({ origin: 'detected', release: 4, previousDeploymentId: serving });
    expect(engine.deployment(serving)).toMatchObject({ supersededBy: (await latest())?.id });
  });
});
