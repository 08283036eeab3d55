import { aDeployment, anObserved, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import type { ObservedWorkload } from './capture.ts';
import { type OwnRollout, ownRollout } from './own-rollout.ts';

const [v1, v2, v3] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2')), aSnapshot(imageOf('v3'))];
const [by1, by3] = [anObserved(v1).serving, anObserved(v3).serving];
const seen = anObserved(v2);
const progress = (over: Partial<ObservedWorkload['progress']>) => ({ ...seen.progress, ...over });
const own = seen.serving[0];
if (!own) throw new Error('v2 serves');

it.each<[string, Partial<ObservedWorkload>, OwnRollout['kind'], RegExp | null]>([
  ['every pod is its own', {}, 'serving', null],
  ['it was set to another template', { snapshot: v3 }, 'unfinished', /is set to another template/],
  [
    'its image cannot be pulled and the old pods answer',
    {
      progress: progress({
        complete: false,
        updated: 1,
        sentence: '1 of 3 replicas updated',
        warning: 'pod web-1: ImagePullBackOff',
      }),
      serving: by1,
    },
    'unfinished',
    /^Deployment web: 1 of 3 replicas updated \(pod web-1: ImagePullBackOff\)$/,
  ],
  [
    'its pods run and never become ready',
    {
      progress: progress({ complete: false, updated: 1, sentence: '1 of 3 replicas updated' }),
      serving: by1,
    },
    'unfinished',
    /1 of 3 replicas updated \(1 of 1 new pods not ready\)/,
  ],
  [
    'it was complete once and readiness was lost',
    { progress: progress({ available: 0 }), serving: [] },
    'unfinished',
    /0 of 3 of its own pods are ready/,
  ],
  [
    'too few are available',
    { progress: progress({ available: 2 }) },
    'unfinished',
    /of its own pods are ready/,
  ],
  [
    'it is at zero',
    { progress: progress({ desired: 0, available: 0, updated: 0 }), serving: [] },
    'at-zero',
    /scaled to zero/,
  ],
  [
    'pods of before serve on below a partition',
    { serving: [{ ...own, ready: 1 }, ...by1] },
    'unfinished',
    /1 of 3 of its own pods are ready/,
  ],
  [
    'no pod says what it runs',
    { serving: [{ ...own, readyDigests: {} }] },
    'unfinished',
    /no ready pod says which image of app/,
  ],
  ['a third template serves beside it', { serving: [own, ...by3] }, 'unfinished', /yet another template/],
  [
    'its tag was moved under it',
    { serving: [{ ...own, readyDigests: { app: ['sha256:else'] } }] },
    'unfinished',
    /app runs sha256:else instead of the recorded/,
  ],
])('%s', (_words, over, kind, doubt) => {
  const rollout = ownRollout(aDeployment(), [{ ...seen, ...over }]);
  expect(rollout.kind).toBe(kind);
  if (doubt) expect(rollout).toMatchObject({ doubt: expect.stringMatching(doubt) });
});

it('judges every workload it changed', () => {
  const two = aDeployment({
    changes: ['web', 'worker'].map((name) => ({
      ...{ kind: 'workload', target: { kind: 'Deployment', name }, before: v1, after: v2 },
    })),
  });
  expect(ownRollout(two, [seen])).toEqual({ kind: 'unfinished', doubt: 'Deployment worker was not seen' });
  const worker = anObserved(v2, { workload: { kind: 'Deployment', name: 'worker' } });
  expect(ownRollout(two, [seen, worker]).kind).toBe('serving');
});

it('judges all that is not at zero where no template changed', () => {
  const same = aDeployment({ changes: [] });
  const zero = anObserved(v1, { progress: progress({ desired: 0 }), serving: [] });
  expect(ownRollout(same, [zero, anObserved(v1)]).kind).toBe('serving');
  expect(ownRollout(same, [zero]).kind).toBe('at-zero');
});
