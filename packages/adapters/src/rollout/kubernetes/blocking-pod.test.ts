import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { describe, expect, it } from 'vitest';
import { blockingPod } from './blocking-pod.ts';
import type { RevisionPods } from './revision-pods.ts';
import type { ServedPod, ServedWorkload } from './served-objects.ts';

const seenAt = Date.parse('2026-01-01T00:10:00Z');
const since = '2026-01-01T00:09:00Z';

interface Traits {
  ready?: boolean;
  ending?: boolean;
  phase?: string;
  since?: string | null;
}

function pod(
  name: string,
  { ready = true, ending = false, phase, since: at = since }: Traits = {},
): ServedPod {
  return {
    metadata: {
      name,
      uid: `uid-${name}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      deletionTimestamp: ending ? since : undefined,
    },
    spec: { containers: [{ name: 'app' }] },
    status: {
      ...(phase === undefined ? {} : { phase }),
      conditions:
        at === null ? [] : [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at }],
    },
  };
}

const broken = (name: string) => pod(name, { ready: false });

function blocked(
  pods: RevisionPods,
  spec: Partial<ServedWorkload['spec']> = {},
  { kind = 'StatefulSet' as WorkloadKind, generation = 2 } = {},
) {
  const replicas = pods.current.length + pods.old.length;
  const workload: ServedWorkload = {
    metadata: { name: 'db', uid: 'w', generation },
    spec: { replicas, selector: {}, template: {}, ...spec },
    status: { observedGeneration: 2, desiredNumberScheduled: replicas },
  };
  const target = { cluster: 'main', namespace: 'shop', kind, name: 'db' };
  return blockingPod({ target, workload, pods, seenAt });
}

describe('an ordered StatefulSet', () => {
  it('is held up by the lowest pod that is not ready, and by that alone', () => {
    const pods = { current: [], old: ['db-3', 'db-1', 'db-0', 'db-4', 'db-2'].map(broken) };
    expect(blocked(pods)).toEqual({
      ...{ name: 'db-0', uid: 'uid-db-0', template: 'other', why: 'order', stuck: 5 },
      ...{ notReadySince: Date.parse(since), releaseHint: 'kubectl delete pod db-0 -n shop' },
    });
  });

  it('counts ordinals as numbers', () => {
    const good = Array.from({ length: 9 }, (_, n) => pod(`db-${n}`));
    expect(blocked({ current: good, old: [broken('db-10'), broken('db-9')] })?.name).toBe('db-9');
  });

  it('counts from where its ordinals start', () => {
    const spec = { ordinals: { start: 5 } };
    expect(blocked({ current: [pod('db-5')], old: [broken('db-6')] }, spec)?.name).toBe('db-6');
  });

  it('is held up by a pod that has the wanted revision already, whatever the higher ones are', () => {
    const pods = { current: [pod('db-0'), broken('db-1')], old: [broken('db-2')] };
    expect(blocked(pods)).toMatchObject({ name: 'db-1', template: 'wanted' });
  });

  it('is held up by a pod below its partition, which keeps its revision', () => {
    const spec = { updateStrategy: { rollingUpdate: { partition: 2 } } };
    const pods = { current: [pod('db-2')], old: [pod('db-0'), broken('db-1')] };
    expect(blocked(pods, spec)).toMatchObject({ name: 'db-1', template: 'kept' });
  });

  it('takes a pod without conditions for not ready since its creation', () => {
    const never = pod('db-0', { ready: false, since: null });
    expect(blocked({ current: [], old: [never] })?.notReadySince).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('does not take a time that nobody can read for one long ago', () => {
    const unknown = pod('db-0', { ready: false, since: 'soon' });
    expect(blocked({ current: [], old: [unknown] })?.notReadySince).toBe(seenAt);
  });

  const two = (first: ServedPod[]) => ({ current: first, old: [broken('db-1')] });
  it.each<[string, ReturnType<typeof blocked>]>([
    ['a lower pod is missing: it comes first', blocked(two([]), { replicas: 2 })],
    ['a lower pod is ending', blocked(two([pod('db-0', { ending: true })]))],
    [
      'a lower pod has failed and is made anew',
      blocked(two([pod('db-0', { ready: false, phase: 'Failed' })])),
    ],
    [
      'a lower pod is ready and not yet for minReadySeconds',
      blocked(two([pod('db-0')]), { minReadySeconds: 61 }),
    ],
    ['every pod is ready', blocked({ current: [pod('db-0')], old: [pod('db-1')] })],
    ['a pod above its replicas goes anyhow', blocked(two([pod('db-0')]), { replicas: 1 })],
    ['pods are managed in parallel', blocked(two([pod('db-0')]), { podManagementPolicy: 'Parallel' })],
    [
      'the controller has not seen the change',
      blocked(two([pod('db-0')]), {}, { kind: 'StatefulSet', generation: 3 }),
    ],
    ['a Deployment', blocked(two([pod('db-0')]), {}, { kind: 'Deployment', generation: 2 })],
    ['a DaemonSet that rolls', blocked(two([pod('db-0')]), {}, { kind: 'DaemonSet', generation: 2 })],
  ])('goes on by itself: %s', (_why, pod) => {
    expect(pod).toBeNull();
  });
});

describe.each(['StatefulSet', 'DaemonSet'] as const)('a %s with OnDelete', (kind) => {
  const spec = { updateStrategy: { type: 'OnDelete' } };
  const look = (pods: RevisionPods, more = {}) =>
    blocked(pods, { ...spec, ...more }, { kind, generation: 2 });

  it('is held up by a pod that is not ready before any that is', () => {
    expect(look({ current: [], old: [broken('db-0'), pod('db-1')] })).toMatchObject({
      ...{ name: 'db-0', template: 'other', why: 'on-delete', notReadySince: Date.parse(since) },
    });
  });

  it('waits for the successor of the pod before', () => {
    expect(look({ current: [broken('db-0')], old: [pod('db-1')] })).toMatchObject({
      ...{ name: 'db-0', template: 'wanted', why: 'on-delete' },
    });
    expect(look({ current: [pod('db-0')], old: [pod('db-1')] }, { minReadySeconds: 61 })).toBeNull();
    expect(look({ current: [], old: [pod('db-0', { ending: true }), pod('db-1')] })).toBeNull();
  });

  it('keeps ready pods of the old revision until each is deleted', () => {
    const name = kind === 'StatefulSet' ? 'db-2' : 'db-1';
    expect(look({ current: [pod('db-0')], old: [pod('db-1'), pod('db-2')] })).toMatchObject({
      ...{ name, template: 'other', why: 'on-delete', notReadySince: null },
    });
    expect(look({ current: [pod('db-0'), pod('db-1')], old: [] })).toBeNull();
  });
});
