import type { Hold, Notice, OtherChange, Owner } from '@lastgood/domain';
import { dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { availableKinds } from '../rollback/apply-step.ts';
import {
  begin,
  beginEach,
  deploy,
  deps,
  engine,
  follow,
  followerOf,
  latest,
  register,
  registered,
  report,
} from './deployments-harness.ts';

beginEach();

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
    await begin();
    await follow();
    deploy('v2');
    await follow();
    await engine.time.pass(10 * minute);
    expect(await register()).toMatchObject({ deployment: { release: 3 } });
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
