import { aService, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { availableKinds } from '../rollback/apply-step.ts';
import {
  beginEach,
  deploy,
  deps,
  engine,
  follow,
  followerOf,
  latest,
  register,
  registered,
} from './deployments-harness.ts';
import { renewNotices } from './renew-notices.ts';
import { takeBaseline } from './take-baseline.ts';

beginEach();

describe('the follower', () => {
  beforeEach(() => follow());

  it('detects what nobody registered, once, and completes it with its rollout', async () => {
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
    expect(await follow()).toMatchObject({ judged: 1, changed: 1 });
    expect(await latest()).toMatchObject({ origin: 'detected', status: 'in_progress' });
    expect(await follow()).toMatchObject({ changed: 1 });
    expect(await latest()).toMatchObject({ looks: { lastAt: dayZero, lastServed: false } });
    expect(await follow()).toMatchObject({ changed: 0 });
    engine.rollout.cluster.settle(webWorkload);
    await follow();
    expect(await latest()).toMatchObject({ status: 'completed', watchEndsAt: dayZero + 30 * minute });
    expect((await follow()).changed).toBe(0);
  });

  it('does not call detected what is registered while it looks', async () => {
    const { watch } = engine.rollout;
    deploy('v2');
    const { followed } = engine.store.deployments;
    let registers = true;
    const deployments = {
      ...engine.store.deployments,
      async followed(keys?: readonly string[]) {
        const rows = await followed(keys);
        if (registers) {
          registers = false;
          await register();
        }
        return rows;
      },
    };
    await followerOf({ watch, deployments }).follow(engine.forever);
    expect([...engine.store.world.deployments.values()].map((row) => row.deployment.origin)).toEqual([
      'detected',
      'pipeline',
    ]);
  });

  it('sees nothing in half an observation', async () => {
    deploy('v2');
    engine.rollout.failNext('observe', { kind: 'unreachable', reason: 'refused' });
    engine.rollout.failNext('observe', { kind: 'unreachable', reason: 'refused' });
    const { changed, states } = await follow();
    expect(changed).toBe(0);
    expect(states.get('main/shop/web')).toEqual({ kind: 'unseen', reasons: ['Deployment web: refused'] });
  });

  it('goes on judging the others while one workload is not there', async () => {
    const worker = { kind: 'Deployment', name: 'worker' } as const;
    engine.rollout.cluster.create({ ...webWorkload, name: 'worker' }, { app: imageOf('v1') });
    await engine.store.services.apply(
      aService({ workloads: [{ kind: 'Deployment', name: 'web' }, worker] }),
      'test',
      dayZero,
    );
    engine.store.world.deployments.clear();
    await follow();
    engine.rollout.cluster.remove({ ...webWorkload, name: 'worker' });
    deploy('v2');
    await follow();
    expect(await latest()).toMatchObject({
      origin: 'detected',
      version: 'v2',
      changes: [{}, { target: worker }],
    });
  });

  it('ends a silent pipeline with its rollout', async () => {
    await registered();
    deploy('v2');
    await engine.time.pass(minute);
    await follow();
    expect(await latest()).toMatchObject({ status: 'in_progress' });
    await engine.time.pass(minute);
    await follow();
    expect(await latest()).toMatchObject({ status: 'completed', completedAt: dayZero + 2 * minute });
  });
});

describe('declaring a service', () => {
  const take = () => takeBaseline(deps(), 'main/shop/web', engine.forever);

  it('says what it presumes good', async () => {
    expect(await take()).toEqual({
      inWords: 'release 1: v1, serving with 3 of 3 ready pods (Deployment web)',
      warnings: [],
    });
    expect(await take()).toEqual({ inWords: null, warnings: [] });
  });

  it('warns of a rollout that is stuck beside it', async () => {
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
    engine.rollout.cluster.at(webWorkload).progress = { warning: 'pod web-1: ImagePullBackOff' };
    const { inWords, warnings } = await take();
    expect(inWords).toContain('release 1: v1');
    expect(warnings).toEqual([
      expect.stringMatching(/^v2 is being rolled out .*ImagePullBackOff.* release 2\.$/),
    ]);
    expect(await latest()).toMatchObject({ release: 2, version: 'v2', status: 'in_progress' });
  });

  it('warns that nothing serves, and takes what serves first', async () => {
    engine.rollout.cluster.at(webWorkload).replicas = 0;
    expect((await take()).warnings[0]).toMatch(/^No release of web is presumed good yet: .*nothing serves/);
    expect(await latest()).toBeNull();
    engine.rollout.cluster.at(webWorkload).replicas = 3;
    await follow();
    expect(await latest()).toMatchObject({ release: 1, proof: 'presumed_good' });
  });

  it('does not wait for a cluster that cannot be seen', async () => {
    engine.rollout.failNext('read', { kind: 'unreachable', reason: 'refused' });
    expect((await take()).warnings).toEqual([expect.stringContaining('Deployment web: refused')]);
  });
});

describe('who owns the workloads', () => {
  const owner = {
    ...({ kind: 'git-controller', name: 'Argo CD', subject: 'application shop' } as const),
    evidence: 'annotation argocd.argoproj.io/tracking-id: shop:apps/Deployment:shop/web',
  };
  beforeEach(async () => {
    await follow();
    engine.rollout.cluster.at(webWorkload).owner = owner;
  });

  it('is told at registration, and that nothing could take it back', async () => {
    engine.rollout.cluster.at(webWorkload).scaler = { kind: 'HorizontalPodAutoscaler', name: 'web', most: 9 };
    const { deployment, warnings } = await registered();
    expect(deployment.notices.map(({ code }) => code)).toEqual(['owner-without-way', 'scaled']);
    expect(warnings[0]).toContain('is owned by Argo CD application shop');
    const warned = engine.store.events().filter(({ type }) => type === 'deployment.warned');
    expect(warned).toMatchObject([{ deploymentId: deployment.id, text: warnings[0] }]);
  });

  it('is unknown of what scales it where that cannot be read', async () => {
    engine.rollout.failNext('scaler', { kind: 'unreachable', reason: 'no right' });
    const { warnings } = await registered();
    expect(warnings.at(-1)).toBe('Whether anything scales Deployment web is not known: no right.');
  });

  it('is told of what was detected, too, and judged again when a way was declared', async () => {
    deploy('v2');
    await follow();
    expect((await latest())?.notices).toMatchObject([{ code: 'owner-without-way' }]);
    const renew = () => renewNotices(deps(), 'main/shop/web', engine.forever);
    engine.rollout.cluster.at(webWorkload).owner = { kind: 'nobody' };
    engine.rollout.failNext('read', { kind: 'unreachable', reason: 'refused' });
    await renew();
    expect((await latest())?.notices).toHaveLength(1);
    expect(engine.events('deployment.judged-anew')).toEqual([]);
    const before = (await latest())?.notices ?? [];
    await renew();
    expect((await latest())?.notices).toEqual([]);
    const judged = () => engine.events('deployment.judged-anew').map(({ text }) => text);
    expect(judged()).toEqual([
      `The way back of v2 (release 2) was judged anew. Said no longer: ${before[0]?.words}`,
    ]);
    await renew();
    expect(judged()).toHaveLength(1);
  });

  it('is told in an event of its own what speaks against it since, and what is merely worth knowing', async () => {
    deploy('v2');
    await follow();
    const renew = () => renewNotices(deps(), 'main/shop/web', engine.forever);
    engine.rollout.cluster.at(webWorkload).owner = { kind: 'nobody' };
    await renew();
    engine.store.world.events.length = 0;
    engine.rollout.cluster.at(webWorkload).owner = {
      ...{ kind: 'git-controller', name: 'Argo CD', subject: 'application shop', evidence: 'x' },
    };
    engine.rollout.failNext('scaler', { kind: 'unreachable', reason: 'no right' });
    await renew();
    expect((await latest())?.notices.map(({ code }) => code)).toEqual(['owner-without-way', 'scaled']);
    expect(engine.events('deployment.warned')).toMatchObject([{ text: expect.stringContaining('Argo CD') }]);
    expect(engine.events('deployment.judged-anew').map(({ text }) => text)).toEqual([
      'The way back of v2 (release 2) was judged anew. Said now: Whether anything scales Deployment web is not known: no right.',
    ]);
  });

  const gitops = {
    ...{ repository: 'deploy', branch: 'main' },
    application: { kind: 'Application', namespace: 'argocd', name: 'shop' },
  };
  const notConfigured = [
    {
      code: 'owner-without-way',
      words: expect.stringContaining('what takes it back is not configured here'),
    },
  ];

  it('is told of what was detected by what this installation can do', async () => {
    await engine.store.services.apply(aService({ rollback: { gitops } }), 'test', dayZero);
    deploy('v2');
    await followerOf({ available: availableKinds(deps().ports) }).follow(engine.forever);
    expect((await latest())?.notices).toMatchObject(notConfigured);
  });

  it('and so of what is found beside the baseline of a service', async () => {
    engine.store.world.deployments.clear();
    await engine.store.services.apply(aService({ rollback: { gitops } }), 'test', dayZero);
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') }, { hold: true });
    await takeBaseline(deps(), 'main/shop/web', engine.forever);
    expect(await latest()).toMatchObject({ release: 2, notices: notConfigured });
  });
});
