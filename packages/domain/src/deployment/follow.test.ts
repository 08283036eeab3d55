import {
  aBaseline,
  aDeployment,
  anObserved,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { WorkloadRef, WorkloadSnapshot } from '../workload/workload.ts';
import { captureAfter, lastKnown, type ObservedWorkload } from './capture.ts';
import type { Change, Deployment } from './deployment.ts';
import { followService } from './follow.ts';
import type { FollowedService } from './followed-service.ts';
import { type Hold, isHeld } from './hold.ts';

const [v1, v2, v3] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2')), aSnapshot(imageOf('v3'))];
const web = { kind: 'Deployment', name: 'web' } as const;
const worker = { kind: 'Deployment', name: 'worker' } as const;

const observed = anObserved;
const followed = (latest: Deployment | null, over: Partial<FollowedService> = {}): FollowedService => ({
  service: aService(),
  latest,
  activeRunId: null,
  holds: [],
  ...over,
});
const change = (
  before: WorkloadSnapshot | null,
  after: WorkloadSnapshot | null,
  target: WorkloadRef = web,
): Change => ({
  kind: 'workload',
  target,
  before,
  after,
});
const follow = (of: FollowedService, seen: ObservedWorkload[], now = dayZero) => followService(of, seen, now);

const hold: Hold = {
  id: 'h1',
  service: 'main/shop/web',
  deploymentId: 'd2',
  runId: 'r1',
  templateDigest: v2.templateDigest,
  imageDigests: Object.values(v2.imageDigests),
  images: [imageOf('v2')],
  reason: '',
  placedAt: dayZero,
  releasedAt: null,
  releasedBy: null,
};

describe('the first observation', () => {
  it('is a baseline: what serves is presumed good', () => {
    const commit = follow(followed(null), [observed(v1)]);
    expect(commit?.newDeployments).toMatchObject([
      {
        id: expect.stringMatching(/-first-/),
        status: 'completed',
        proof: 'presumed_good',
        version: 'v1',
        watchClosedAt: dayZero,
        changes: [{ before: null, after: v1 }],
      },
    ]);
  });

  it('of nothing changes nothing', () => expect(follow(followed(null), [])).toBeNull());
});

describe('a template nobody registered', () => {
  it('is a detected deployment, from what served before', () => {
    const commit = follow(followed(aBaseline()), [observed(v2, { complete: false })]);
    expect(commit?.newDeployments).toMatchObject([
      {
        origin: 'detected',
        status: 'in_progress',
        version: 'v2',
        previousDeploymentId: 'd1',
        changes: [change(v1, v2)],
      },
    ]);
    expect(commit?.events).toMatchObject([{ type: 'deployment.detected' }]);
  });

  it('is not one while the same template serves', () =>
    expect(follow(followed(aBaseline()), [observed(v1)])).toBeNull());

  it('is nobody’s while a rollback is running', () => {
    expect(follow(followed(aBaseline(), { activeRunId: 'r1' }), [observed(v2)])).toBeNull();
  });

  it('is said to be held when it was taken back before', () => {
    const latest = aBaseline({ id: 'd3', origin: 'rollback' });
    const commit = follow(followed(latest, { holds: [hold] }), [observed(v2)]);
    expect(commit?.events?.[1]?.text).toMatch(/^v2 is back on Deployment web/);
    expect(commit?.notifications).toMatchObject([{ kind: 'held_version_back', urgency: 'page' }]);
    const released = follow(followed(latest, { holds: [{ ...hold, releasedAt: dayZero }] }), [observed(v2)]);
    expect(released?.events?.map(({ type }) => type)).toEqual(['deployment.detected']);
  });

  it('knows every workload, so that one which changes later is seen to differ', () => {
    const two = aBaseline({ changes: [change(null, v1), change(null, v1, worker)] });
    const commit = follow(followed(two), [observed(v1), observed(v2, { workload: worker })]);
    expect(commit?.newDeployments?.[0]?.changes).toMatchObject([
      { target: web, before: v1, after: v1 },
      { target: worker, before: v1, after: v2 },
    ]);
  });
});

describe('what a deployment left behind', () => {
  const registered = aDeployment({ changes: [change(v1, null)] });
  it('is captured as soon as it differs from before', () => {
    const before = follow(followed(registered), [observed(v1, { complete: false })]);
    expect(before?.deployments?.[0]).not.toHaveProperty('changes');
    const commit = follow(followed(registered), [observed(v2, { complete: false })]);
    expect(commit?.deployments).toMatchObject([{ id: 'd2', changes: [change(v1, v2)] }]);
  });

  it.each<[string, Partial<Deployment>, Change, WorkloadSnapshot, boolean]>([
    ['unchanged, once completed', { status: 'completed' }, change(v1, null), v1, true],
    ['unchanged, while in progress', {}, change(v1, null), v1, false],
    ['a third template, while in progress', {}, change(v1, v2), v3, false],
    ['another template later', { status: 'completed' }, change(v1, v2), v3, false],
    ['a digest more', { status: 'completed' }, change(v1, { ...v2, imageDigests: {} }), v2, true],
    ['a digest fewer', { status: 'completed' }, change(v1, v2), { ...v2, imageDigests: {} }, false],
    ['a hash at last', { status: 'completed' }, change(v1, { ...v2, podTemplateHash: null }), v2, true],
    ['images of a rollback', { status: 'completed' }, change(v2, { ...v1, images: {} }), v1, true],
    ['nothing known before', {}, change(null, null), v1, true],
  ])('%s', (_words, over, known, seen, captured) => {
    const patch = captureAfter(aDeployment({ ...over, changes: [known] }), [observed(seen)]);
    expect(patch !== null).toBe(captured);
    if (patch) expect(patch.changes).toMatchObject([{ after: seen }]);
  });

  it('gains who owned what where that was not recorded, without losing a digest, and keeps it from then on', () => {
    const applied = { managers: [{ manager: 'ci', fields: {} }], lastApplied: null };
    const poorer = { ...v2, imageDigests: {}, applied };
    const row = (after: WorkloadSnapshot) =>
      aDeployment({ status: 'completed', changes: [change(v1, after)] });
    expect(captureAfter(row(v2), [observed(poorer)])?.changes).toEqual([change(v1, { ...v2, applied })]);
    const ours = { ...v2, applied: { managers: [], lastApplied: null } };
    expect(captureAfter(row({ ...v2, applied }), [observed(ours)])).toBeNull();
    const bare = { ...v2, imageDigests: {}, applied };
    expect(captureAfter(row(bare), [observed(ours)])?.changes).toEqual([change(v1, { ...v2, applied })]);
  });

  it('leaves the other kinds of changes alone', () => {
    const flag: Change = { kind: 'flag', target: { key: 'x' }, before: true, after: false };
    const patch = captureAfter(aDeployment({ changes: [flag, change(v1, null)] }), [observed(v2)]);
    expect(patch?.changes[0]).toEqual(flag);
    expect(lastKnown(aDeployment({ changes: [flag] }), web)).toBeNull();
  });
});

describe('a hold', () => {
  it.each([
    ['its template', v2.templateDigest, [], true],
    ['one of its images', v3.templateDigest, Object.values(v2.imageDigests), true],
    ['neither', v3.templateDigest, Object.values(v3.imageDigests), false],
    ['no template known', null, [], false],
  ])('catches %s', (_words, template, images, held) => expect(isHeld(hold, template, images)).toBe(held));
});
