import { anObserved, aService, aSnapshot, dayZero, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { ServingTemplate } from '../workload/observation.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import { firstSight } from './first-sight.ts';
import { followService } from './follow.ts';

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const follow = (...seen: ObservedWorkload[]) =>
  followService({ service: aService(), latest: null, activeRunId: null, holds: [] }, seen, dayZero);
const serves = (snapshot: WorkloadSnapshot, ready: number): ServingTemplate => ({
  snapshot,
  ready,
  readyDigests: {},
});
const rolling = (...serving: ServingTemplate[]) => anObserved(v2, { complete: false, serving });
const atZero = anObserved(v1, {
  progress: { ...anObserved(v1).progress, desired: 0, available: 0 },
  serving: [],
});

describe('what is presumed good', () => {
  it('is what serves, never a rollout that is stuck beside it', () => {
    const commit = follow(rolling(serves(v1, 3)));
    expect(commit?.newDeployments).toMatchObject([
      { version: 'v1', proof: 'presumed_good', status: 'completed', changes: [{ before: null, after: v1 }] },
      {
        version: 'v2',
        proof: 'pending',
        status: 'in_progress',
        origin: 'detected',
        changes: [{ before: v1, after: v2 }],
      },
    ]);
    const [first, second] = commit?.newDeployments ?? [];
    expect(second?.previousDeploymentId).toBe(first?.id);
  });

  it('is the version with the most ready pods in the midst of a rollout', () => {
    expect(follow(rolling(serves(v2, 1), serves(v1, 2)))?.newDeployments?.[0]).toMatchObject({
      version: 'v1',
    });
  });

  it.each<[string, ObservedWorkload[]]>([
    ['two versions serve equally', [rolling(serves(v1, 2), serves(v2, 2))]],
    ['no pod is ready', [rolling()]],
    ['it is at zero', [atZero]],
  ])('is nothing yet while %s', (_words, seen) => {
    expect(follow(...seen)).toBeNull();
  });

  it('is nothing yet while the version that serves most is still being rolled out', () => {
    const own = { snapshot: v2, ready: 2, readyDigests: {} };
    const rest = { snapshot: v1, ready: 1, readyDigests: {} };
    expect(follow(anObserved(v2, { complete: false, serving: [own, rest] }))).toBeNull();
  });

  it('knows a workload at zero beside one that serves, so that what comes there later is seen to differ', () => {
    const worker = { kind: 'Deployment', name: 'worker' } as const;
    const commit = follow(anObserved(v1), { ...atZero, workload: worker });
    expect(commit?.newDeployments?.[0]?.changes).toMatchObject([
      { target: { name: 'web' }, before: null, after: v1 },
      { target: worker, before: atZero.snapshot, after: atZero.snapshot },
    ]);
  });

  it('is said in words', () => {
    expect(firstSight([rolling(serves(v1, 3))])).toMatchObject({
      inWords: 'v1, serving with 3 of 3 ready pods (Deployment web)',
    });
    expect(firstSight([rolling(serves(v1, 2), serves(v2, 2))])).toMatchObject({
      doubt: 'Deployment web serves several versions equally: v1 with 2, v2 with 2 ready pods',
    });
    expect(firstSight([atZero])).toMatchObject({ doubt: expect.stringContaining('scaled to zero') });
  });
});
