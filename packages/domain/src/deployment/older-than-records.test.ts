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
import type { WorkloadSnapshot } from '../workload/workload.ts';
import type { Deployment } from './deployment.ts';
import { followService } from './follow.ts';

const target = { kind: 'Deployment', name: 'web' } as const;
const now = dayZero + 60_000;
const v1 = (over: Partial<WorkloadSnapshot> = {}) => aSnapshot(imageOf('v1'), { generation: 5, ...over });
const v2 = (over: Partial<WorkloadSnapshot> = {}) => aSnapshot(imageOf('v2'), { observedAt: now, ...over });
const follow = (latest: Deployment, seen: WorkloadSnapshot) =>
  followService({ service: aService(), latest, activeRunId: null, holds: [] }, [anObserved(seen)], now);
const left = (after: WorkloadSnapshot, over: Partial<Deployment> = {}) =>
  aBaseline({ changes: [{ kind: 'workload', target, before: null, after }], ...over });

describe('nothing is concluded from an observation', () => {
  it.each<[string, Deployment, WorkloadSnapshot]>([
    ['of a smaller generation than the recorded after', left(v1()), v2({ generation: 4 })],
    [
      'of a smaller generation than the recorded before',
      aDeployment({ changes: [{ kind: 'workload', target, before: v1(), after: null }] }),
      v2({ generation: 4 }),
    ],
    [
      'from before the newest deployment began',
      left(v1({ observedAt: 0 }), { startedAt: now + 1 }),
      v2({ generation: 6 }),
    ],
    ['from before the recorded after', left(v1({ observedAt: now + 1 })), v2({ generation: 6 })],
    [
      'from before the end of the last run',
      left(v1({ generation: 0 }), { origin: 'rollback', completedAt: now + 1 }),
      v2({ generation: 6 }),
    ],
    [
      'from before a rollback recorded its template, whose generation is unknown',
      left(v1({ generation: 0, observedAt: now + 1 })),
      v2({ generation: 6 }),
    ],
  ])('%s', (_words, latest, seen) => expect(follow(latest, seen)).toBeNull());
});

describe('a release is detected', () => {
  it.each<[string, Deployment, WorkloadSnapshot]>([
    ['of a greater generation', left(v1()), v2({ generation: 6 })],
    ['where the recorded generation is unknown', left(v1({ generation: 0 })), v2({ generation: 1 })],
    [
      'on an object created anew, whose generations begin again',
      left(v1()),
      v2({ uid: 'uid-2', generation: 1 }),
    ],
  ])('%s', (_words, latest, seen) => expect(follow(latest, seen)?.newDeployments).toHaveLength(1));
});
