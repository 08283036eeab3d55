import {
  type Hold,
  type Notice,
  noContracts,
  type OtherChange,
  type Owner,
  rolloutInWords,
} from '@lastgood/domain';
import { aService, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { availableKinds } from '../rollback/apply-step.ts';
import { createFollower, type FollowerDependencies } from './follow.ts';
import { registerDeployment } from './register.ts';
import type { Registration } from './registration.ts';
import { renewNotices } from './renew-notices.ts';
import { reportStatus } from './report-status.ts';
import { takeBaseline } from './take-baseline.ts';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.store.services.apply(aService(), 'test', dayZero);
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
});

const deps = () => ({
  deployments: engine.store.deployments,
  ports: { rollout: engine.rollout, workloads: engine.workloads },
  clock: engine.time.clock,
  newId: engine.newId,
  deadlineMs: 5_000,
});
const followerOf = (over: Partial<FollowerDependencies> = {}) =>
  createFollower({
    ...{ deployments: engine.store.deployments, watch: engine.rollout.watch, clock: engine.time.clock },
    ...{ rollout: engine.rollout, readWithinMs: 3_000 },
    ...{ passEveryMs: 15_000, judgeAllEveryMs: 5 * minute },
    ...over,
  });
/** As one that has just started. */
const follow = () => followerOf().follow(engine.forever);
const register = (over: Partial<Registration> = {}) =>
  registerDeployment(
    deps(),
    {
      service: 'main/shop/web',
      idempotencyKey: null,
      version: 'v2',
      commit: 'abc',
      author: 'ada',
      pipelineUrl: null,
      images: { app: imageOf('v2') },
      changes: [],
      contracts: noContracts,
      ...over,
    },
    engine.forever,
  );
const report = (id: string, status: 'completed' | 'failed') =>
  reportStatus(deps(), { id, status, detail: null }, engine.forever);
const deploy = (version: string) => engine.rollout.cluster.deploy(webWorkload, { app: imageOf(version) });
const latest = async () => (await engine.store.deployments.followed())[0]?.latest;

async function registered(over: Partial<Registration> = {}) {
  const result = await register(over);
  if (result.kind !== 'registered') throw new Error(result.kind);
  const { deployment } = result;
  return { deployment, warnings: deployment.notices.map(({ words }) => words) };
}

const aHold = (deploymentId: string): Hold => ({
  ...{ id: 'h1', service: 'main/shop/web', deploymentId, runId: 'r1', templateDigest: 'sha256:x' },
  ...{ imageDigests: ['sha256:bad'], images: [imageOf('v2')], reason: '' },
  ...{ placedAt: dayZero, releasedAt: null, releasedBy: null },
});

describe('a fresh install', () => {
  it('takes what serves for good, so that the first bad deploy can be taken back', async () => {
    await follow();
    expect(await latest()).toMatchObject({ release: 1, proof: 'presumed_good', version: 'v1' });
    const { deployment } = await registered();
    deploy('v2');
    await report(deployment.id, 'completed');
    expect(await engine.store.deployments.lastKnownGood('main/shop/web', 2)).toMatchObject({ release: 1 });
  });
});

describe('registering before applying', () => {
  beforeEach(() => follow());

  it('captures before, then after as served, and starts the window', async () => {
    const { deployment, warnings } = await registered();
    expect(warnings).toEqual([]);
    expect(deployment).toMatchObject({ release: 2, status: 'in_progress', changes: [{ after: null }] });
    expect(deployment.changes[0]).toMatchObject({ before: { images: { app: imageOf('v1') } } });
    deploy('v2');
    await engine.time.pass(minute);
    const result = await report(deployment.id, 'completed');
    expect(result).toMatchObject({
      kind: 'recorded',
      deployment: {
        status: 'completed',
        completedAt: dayZero + minute,
        watchEndsAt: dayZero + 31 * minute,
        changes: [{ after: { images: { app: imageOf('v2') } } }],
      },
    });
  });

  it('is the same deployment for the same key', async () => {
    const both = await Promise.all([
      register({ idempotencyKey: 'build-7' }),
      register({ idempotencyKey: 'build-7' }),
    ]);
    const third = await register({ idempotencyKey: 'build-7' });
    const ids = [...both, third].map((one) => (one.kind === 'registered' ? one.deployment.id : one.kind));
    expect(new Set(ids).size).toBe(1);
    expect([...engine.store.world.deployments.values()].map((row) => row.deployment.release)).toEqual([1, 2]);
    expect(engine.events('deployment.registered')).toHaveLength(1);
  });

  it('goes through when the cluster is away: before is what is on record', async () => {
    engine.rollout.failNext('read', { kind: 'unreachable', reason: 'refused' });
    const { deployment, warnings } = await registered();
    expect(warnings).toEqual(['Deployment web: refused']);
    expect(deployment.changes[0]).toMatchObject({ before: { images: { app: imageOf('v1') } } });
  });

  it('ends the watch of the one before', async () => {
    const { deployment } = await registered();
    await register({ version: 'v3', images: { app: imageOf('v3') } });
    expect(engine.deployment(deployment.id)).toMatchObject({ watchClosedAt: dayZero, proof: 'unproven' });
    expect(engine.events('deployment.superseded')).toHaveLength(1);
  });

  it('refuses a held version, until it is released', async () => {
    const { deployment } = await registered();
    const hold = aHold(deployment.id);
    await engine.commit({ holds: [hold] });
    expect((await register()).kind).toBe('held');
    expect((await register({ images: { app: 'other@sha256:bad' } })).kind).toBe('held');
    expect((await register({ images: { app: imageOf('v3') } })).kind).toBe('registered');
    engine.store.world.holds.set('h1', { ...hold, releasedAt: dayZero });
    expect((await register()).kind).toBe('registered');
  });

  it('refuses a held version that names no images, by its commit or else its version', async () => {
    const { deployment } = await registered({ commit: 'abc' });
    await engine.commit({ holds: [{ ...aHold(deployment.id), images: [], imageDigests: [] }] });
    const unnamed = { images: {}, version: 'v2' };
    expect((await register({ ...unnamed, commit: 'abc' })).kind).toBe('held');
    expect((await register({ ...unnamed, commit: null })).kind).toBe('held');
    const other = await registered({ images: {}, version: 'v3', commit: 'def' });
    expect(other.warnings.join(' ')).toContain('A version of this service is held');
  });

  it('knows no other service', async () => {
    expect((await register({ service: 'main/shop/ghost' })).kind).toBe('unknown-service');
  });
});

describe('registering what is applied but not detected yet', () => {
  beforeEach(() => follow());

  it('knows what was before it from the records, and completes', async () => {
    deploy('v2');
    const { deployment, warnings } = await registered();
    expect(warnings).toEqual([expect.stringMatching(/^Registered after it was applied/)]);
    expect(deployment).toMatchObject({
      release: 2,
      changes: [{ before: { images: { app: imageOf('v1') } }, after: { images: { app: imageOf('v2') } } }],
    });
    expect(await report(deployment.id, 'completed')).toMatchObject({ deployment: { status: 'completed' } });
  });

  it('once more, when nothing had to be rolled out, is complete', async () => {
    const { deployment, warnings } = await registered({ images: { app: imageOf('v1') } });
    expect(warnings).toEqual([]);
    expect(await report(deployment.id, 'completed')).toMatchObject({
      deployment: { status: 'completed', looks: { served: 1 } },
    });
    expect(engine.events('deployment.completed')[0]?.text).toContain('nothing had to be rolled out');
  });

  it('once more is not complete while somebody else’s template is in its place', async () => {
    const { deployment } = await registered({ images: { app: imageOf('v1') } });
    deploy('v3');
    expect(await report(deployment.id, 'completed')).toMatchObject({ deployment: { status: 'in_progress' } });
  });
});

describe('registering late', () => {
  beforeEach(async () => {
    await follow();
    deploy('v2');
    await follow();
  });

  it('claims what was detected, and says so', async () => {
    expect(await latest()).toMatchObject({ origin: 'detected', release: 2 });
    const { deployment, warnings } = await registered();
    expect(deployment).toMatchObject({ release: 2, origin: 'pipeline', commit: 'abc', author: 'ada' });
    expect(warnings[0]).toMatch(/^Registered after it was applied/);
    expect(engine.events('deployment.registered')).toHaveLength(1);
  });

  it('does not claim what it cannot tell: one registered without images waits for its own change', async () => {
    const { deployment, warnings } = await registered({ images: {}, version: null, commit: null });
    expect(deployment).toMatchObject({
      release: 3,
      changes: [{ before: { images: { app: imageOf('v2') } } }],
    });
    expect(warnings).toEqual([expect.stringMatching(/^No images were named/)]);
    deploy('v3');
    await follow();
    expect(await latest()).toMatchObject({
      release: 3,
      changes: [{ after: { images: { app: imageOf('v3') } } }],
    });
  });

  it('does not claim another version, nor one from long ago', async () => {
    expect(await register({ version: 'v3', images: { app: imageOf('v3') } })).toMatchObject({
      deployment: { release: 3 },
    });
    engine = createTestEngine();
    await engine.store.services.apply(aService(), 'test', dayZero);
    engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
    await follow();
    deploy('v2');
    await follow();
    await engine.time.pass(10 * minute);
    expect(await register()).toMatchObject({ deployment: { release: 3 } });
  });
});

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

describe('registered after it was detected', () => {
  const flag: OtherChange = {
    ...{ kind: 'flag', before: false, after: true },
    target: { provider: 'unleash', project: 'default', environment: 'prod', flag: 'new-cart' },
  };
  const late = { changes: [flag], idempotencyKey: 'pipeline-7' };
  const codes = (notices: readonly Notice[]) => notices.map(({ code }) => code);
  const argo: Owner = { kind: 'git-controller', name: 'Argo CD', subject: 'application shop', evidence: 'x' };
  beforeEach(async () => {
    await follow();
    engine.rollout.cluster.at(webWorkload).owner = argo;
    deploy('v2');
    await followerOf({ available: availableKinds(deps().ports) }).follow(engine.forever);
  });

  it('it is told in the one commit that what it changes has no way back, and what was told already is not told again', async () => {
    const commit = vi.spyOn(engine.store.deployments, 'commit');
    const { deployment } = await registered(late);
    expect(deployment.release).toBe(2);
    expect(codes(deployment.notices)).toEqual(['owner-without-way', 'change-without-way', 'registered-late']);
    const events = commit.mock.calls.map(([one]) => one.events?.map(({ type }) => type));
    expect(events).toEqual([['deployment.registered', 'deployment.warned']]);
    const [detected, warned] = engine.events('deployment.warned');
    expect(detected?.text).toContain('is owned by Argo CD');
    expect(warned?.text).toMatch(/^Flag new-cart in prod has no way back: /);
    expect(warned?.text).not.toContain('Argo CD');
  });

  it('what was told of a workload that cannot be read now stands, and its other changes are judged all the same', async () => {
    engine.rollout.failNext('read', { kind: 'unreachable', reason: 'refused' });
    const { deployment } = await registered(late);
    expect(codes(deployment.notices)).toEqual(['owner-without-way', 'change-without-way', 'registered-late']);
  });

  it('by two of one key at once, it is claimed once', async () => {
    const both = await Promise.all([registered(late), registered(late)]);
    expect(both.map(({ deployment }) => deployment.release)).toEqual([2, 2]);
    expect((await latest())?.changes.filter(({ kind }) => kind === 'flag')).toHaveLength(1);
  });
});
