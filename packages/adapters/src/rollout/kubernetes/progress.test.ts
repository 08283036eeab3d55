import { describe, expect, it } from 'vitest';
import { progressOf } from './progress.ts';
import type { RevisionPods } from './revision-pods.ts';
import type { ServedPod, ServedStatus, ServedWorkload } from './served-objects.ts';

function workload(
  spec: Partial<ServedWorkload['spec']>,
  status: ServedStatus,
  generation = 2,
): ServedWorkload {
  return {
    metadata: { name: 'db', uid: 'w', generation },
    spec: { replicas: 3, selector: {}, template: {}, ...spec },
    status: { observedGeneration: 2, ...status },
  };
}

interface PodTraits {
  ready?: boolean;
  ending?: boolean;
  revision?: string;
  waiting?: string;
  imageID?: string;
}

function pod(
  name: string,
  { ready = true, ending = false, revision = 'db-1', waiting, imageID }: PodTraits = {},
): ServedPod {
  return {
    metadata: {
      name,
      uid: `uid-${name}`,
      labels: { 'controller-revision-hash': revision },
      deletionTimestamp: ending ? '2026-01-01T00:00:00Z' : undefined,
    },
    spec: { containers: [{ name: 'app' }] },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'app',
          imageID: imageID ?? '',
          state: waiting ? { waiting: { reason: waiting } } : {},
        },
      ],
    },
  };
}

const rolledBack: ServedStatus = { replicas: 3, readyReplicas: 2, updatedReplicas: 2 };

describe('a StatefulSet', () => {
  it('waits for readiness after the last pod was replaced', () => {
    const progress = progressOf('StatefulSet', workload({}, { ...rolledBack, updatedReplicas: 3 }), null);
    expect(progress).toMatchObject({ complete: false, sentence: '2 of 3 replicas ready' });
  });

  it('is not complete while a partition keeps pods on another version', () => {
    const spec = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    const status = { replicas: 3, readyReplicas: 3, updatedReplicas: 1 };
    expect(progressOf('StatefulSet', workload(spec, status), null)).toMatchObject({
      ...{ complete: false, old: 2 },
      sentence: '1 of 3 replicas updated, a partition keeps 2 on another version',
    });
    expect(progressOf('StatefulSet', workload({}, status), null).complete).toBe(false);
  });

  it('is not complete before its pods were ready for minReadySeconds', () => {
    const full = { replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 2 };
    expect(progressOf('StatefulSet', workload({ minReadySeconds: 20 }, full), null)).toMatchObject({
      ...{ complete: false, available: 2, sentence: '2 of 3 replicas ready for 20 s' },
    });
    const available = { ...full, availableReplicas: 3 };
    expect(progressOf('StatefulSet', workload({ minReadySeconds: 20 }, available), null).complete).toBe(true);
  });

  it('goes by its ready pods where the server does not count the available ones', () => {
    const status = { replicas: 3, readyReplicas: 3, updatedReplicas: 3 };
    expect(progressOf('StatefulSet', workload({}, status), null)).toMatchObject({
      complete: true,
      available: 3,
    });
  });

  it('warns of OnDelete', () => {
    const set = workload({ updateStrategy: { type: 'OnDelete' } }, { ...rolledBack, readyReplicas: 3 });
    expect(progressOf('StatefulSet', set, null)).toMatchObject({
      ...{ complete: false, updated: 2, warning: expect.stringContaining('OnDelete') },
    });
  });
});

describe('a Deployment', () => {
  const full = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const pods = (old: ServedPod[]): RevisionPods => ({ current: [pod('a'), pod('b'), pod('c')], old });

  it.each<[string, ServedStatus, boolean]>([
    ['0 of 3 replicas updated', {}, false],
    ['2 of 3 replicas updated', { ...full, updatedReplicas: 2 }, false],
    ['1 old replica still there', { ...full, replicas: 4 }, false],
    ['2 of 3 replicas available', { ...full, availableReplicas: 2 }, false],
    ['3 of 3 replicas available', full, true],
    [
      '3 of 3 replicas available, 2 old pods are still there or ending',
      { ...full, terminatingReplicas: 2 },
      true,
    ],
  ])('says: %s', (sentence, status, complete) => {
    expect(progressOf('Deployment', workload({}, status), null)).toMatchObject({ sentence, complete });
  });

  it('counts ending pods where the server does not', () => {
    const progress = progressOf('Deployment', workload({}, full), pods([pod('z', { ending: true })]));
    expect(progress).toMatchObject({ complete: true, old: 1 });
  });

  it('says that nothing serves when it is scaled to zero', () => {
    const progress = progressOf('Deployment', workload({ replicas: 0 }, {}), null);
    expect(progress).toMatchObject({
      complete: true,
      desired: 0,
      sentence: 'scaled to zero, nothing serves',
    });
  });

  it('tells why its pods wait, and forgets it when it is complete', () => {
    const waiting = { current: [pod('a', { ready: false, waiting: 'ImagePullBackOff' })], old: [] };
    const stuck = progressOf('Deployment', workload({}, { ...full, availableReplicas: 2 }), waiting);
    expect(stuck.warning).toBe('pod a: ImagePullBackOff');
    expect(progressOf('Deployment', workload({}, full), waiting).warning).toBeNull();
    const starting = { current: [pod('a', { ready: false, waiting: 'ContainerCreating' })], old: [] };
    expect(progressOf('Deployment', workload({}, {}), starting).warning).toBeNull();
  });

  it('lists the digests of its ready pods only', () => {
    const id = (letter: string) => `registry.example/web@sha256:${letter.repeat(64)}`;
    const current = [
      pod('a', { imageID: id('a') }),
      pod('b', { imageID: id('b') }),
      pod('c', { imageID: id('c'), ready: false }),
      pod('d', { imageID: id('d'), ending: true }),
      pod('e', { imageID: id('a') }),
    ];
    const { readyDigests } = progressOf('Deployment', workload({}, full), {
      current,
      old: [pod('f', { imageID: id('f') })],
    });
    expect(readyDigests).toEqual({ app: [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] });
  });
});

it('says of a DaemonSet on how many nodes it runs', () => {
  const status = { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 };
  expect(progressOf('DaemonSet', workload({}, status), null)).toMatchObject({
    complete: false,
    sentence: 'available on 2 of 3 nodes',
  });
  expect(progressOf('DaemonSet', workload({}, { ...status, numberAvailable: 3 }), null).complete).toBe(true);
});
