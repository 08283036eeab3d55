import { aSnapshot } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { BlockingPod } from '../../workload/blocking-pod.ts';
import type { WorkloadObservation } from '../../workload/observation.ts';
import { waitUntilStable } from './wait-until-stable.ts';

const snapshot = { ...aSnapshot(), observedAt: 1_000_000 };
const stuck: BlockingPod = {
  ...{ name: 'db-0', uid: 'u', template: 'other', why: 'order', stuck: 5 },
  ...{ notReadySince: 1_000_000 - 30_000, releaseHint: 'kubectl delete pod db-0 -n shop' },
};
const step = {
  kind: 'wait-until-stable' as const,
  workload: { cluster: 'main', namespace: 'shop', kind: 'StatefulSet' as const, name: 'db' },
  ...{ uid: snapshot.uid, templateDigest: snapshot.templateDigest, imageDigests: {} },
  ...{ releaseStuckPods: true, releaseOnDelete: false },
};

function waits(pod: Partial<BlockingPod> | null, policy: Partial<typeof step> = {}): string | null {
  const progress: WorkloadObservation['progress'] = {
    ...{ complete: false, observed: true, desired: 5, updated: 0, available: 0, old: 5 },
    ...{ sentence: '0 of 5 replicas updated', warning: null, readyDigests: {} },
    blocking: pod && { ...stuck, ...pod },
  };
  const seen: WorkloadObservation = {
    ...{ snapshot, desiredReplicas: 5, paused: false, resumeHint: '', beingDeleted: false },
    ...{ replacesPods: 'by-itself', owner: { kind: 'nobody' }, progress, serving: [] },
  };
  return waitUntilStable.waitsFor({ ...step, ...policy }, seen, 'run-1/2');
}

describe('the pod that holds up the rest', () => {
  it('is released when it was not ready for 30 s', () => {
    expect(waits({})).toBeNull();
  });

  it.each<[string, Parameters<typeof waits>, RegExp]>([
    ['it lost its readiness just now', [{ notReadySince: 1_000_000 - 29_999 }], /evicted.* 30 s/],
    ['the clock of the cluster is ahead', [{ notReadySince: 1_500_000 }], /evicted.* 30 s/],
    ['it has the wanted version', [{ template: 'wanted' }], /db-0, .*has the wanted version already/],
    ['a partition keeps it', [{ template: 'kept' }], /kept at its version by the partition/],
    [
      'the service leaves it to people',
      [{}, { releaseStuckPods: false }],
      /to a person: kubectl delete pod db-0 -n shop/,
    ],
    [
      'it is replaced on delete only',
      [{ why: 'on-delete', notReadySince: null }],
      /to a person: kubectl delete/,
    ],
    ['nothing holds up the rest', [null], /^0 of 5 replicas updated$/],
  ])('is left alone, in words, when %s', (_why, given, words) => {
    expect(waits(...given)).toMatch(words);
  });

  it('is released at once where pods are replaced on delete, and the service allows it', () => {
    expect(waits({ why: 'on-delete', notReadySince: null }, { releaseOnDelete: true })).toBeNull();
    expect(waits({ why: 'on-delete' }, { releaseStuckPods: false, releaseOnDelete: true })).toBeNull();
  });
});
