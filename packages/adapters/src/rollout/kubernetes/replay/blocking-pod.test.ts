import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import type { RolloutProgress } from '@lastgood/domain/workload/observation';
import { describe, expect, it } from 'vitest';
import { observe } from '../read-workload.ts';
import type { ServedPod, ServedWorkload } from '../served-objects.ts';
import { podsAt, type RecordedTrace, readTrace } from './recorded-trace.ts';

const seenAt = Date.parse('2030-01-01T00:00:00Z');

/** What a workload and pods that were read one after the other come to. */
function judged(trace: RecordedTrace, workloadId: string, podsId: string): RolloutProgress {
  return judgedWith(trace.body<ServedWorkload>(workloadId), trace.body<{ items: ServedPod[] }>(podsId).items);
}

function judgedWith(workload: ServedWorkload, pods: ServedPod[]): RolloutProgress {
  const { name } = workload.metadata;
  const target = { cluster: 'main', namespace: 'trace', kind: 'StatefulSet', name } as const;
  return observe(target, { workload, history: [], pods }, seenAt).progress;
}

const shown = ({ blocking }: RolloutProgress) =>
  blocking && [blocking.name, blocking.template, blocking.stuck];

/** The workload at every event, with the pods as they were then. */
function* everyMoment(trace: RecordedTrace) {
  for (const event of trace.events('w-statefulsets')) {
    const pods = podsAt(trace.events('w-pods'), event.atMs);
    yield { event, ...judgedWith(event.object, pods) };
  }
}

describe('19a-stateful-set-quorum: five pods, none of them ready', () => {
  const trace = readTrace('19a-stateful-set-quorum');

  it('names the lowest pod, then the next, and at the end none', () => {
    expect(shown(judged(trace, 'sticking', 'pods-sticking'))).toEqual(['db-0', 'other', 5]);
    // db-4 was deleted first and stays away; it is missing above the lowest, so it changes nothing.
    expect(shown(judged(trace, 'after-0', 'pods-after-0'))).toEqual(['db-1', 'other', 3]);
    expect(shown(judged(trace, 'after-1', 'pods-after-1'))).toEqual(['db-2', 'other', 2]);
    expect(shown(judged(trace, 'after-2', 'pods-after-2'))).toEqual(['db-3', 'other', 1]);
    const done = judged(trace, 'done', 'pods-done');
    expect([shown(done), done.complete]).toEqual([null, true]);
  });

  it('never names a pod that the recording did not find to hold up the rest', () => {
    const rollback = trace.step('rollback').step;
    const named = [...everyMoment(trace)]
      .filter(({ event, blocking }) => event.afterStep >= rollback && blocking?.template === 'other')
      .map(({ blocking }) => (blocking as BlockingPod).name);
    expect(named.filter((name, index) => name !== named[index - 1])).toEqual([
      'db-0',
      'db-1',
      'db-2',
      'db-3',
    ]);
  });
});

describe('19b-stateful-set-strategies', () => {
  const trace = readTrace('19b-stateful-set-strategies');

  it('half: names each pod that is not ready, the lower one first', () => {
    const after2 = judged(trace, 'half-after-2', 'half-pods-after-2');
    expect(shown(after2)).toEqual(['half-3', 'other', 1]);
    expect(judged(trace, 'half-after-3', 'half-pods-after-3')).toMatchObject({
      blocking: null,
      complete: true,
    });
  });

  it('od: with OnDelete a pod of the bad version stays, ready as it is, and the status tells', () => {
    expect(judged(trace, 'od-rolledback', 'od-pods-rolledback')).toMatchObject({
      ...{ complete: false, updated: 1 },
      blocking: { name: 'od-1', template: 'other', why: 'on-delete', notReadySince: null },
    });
    expect(judged(trace, 'od-done', 'od-pods-done')).toMatchObject({ complete: true, blocking: null });
  });

  it('par: nothing sticks with parallel pods', () => {
    expect(judged(trace, 'par-stuck', 'par-pods-stuck').blocking).toBeNull();
  });

  it('slow: ready is not available, and not complete, before minReadySeconds are over', () => {
    const ready = judgedWith(trace.body('slow-ready'), []);
    expect(ready).toMatchObject({ complete: false, available: 1 });
    const early = judgedWith(
      trace.body('slow-rolledback'),
      trace.body<{ items: ServedPod[] }>('slow-pods-rolledback').items,
    );
    expect(early.complete).toBe(false);
    expect(judgedWith(trace.body('slow-done'), [])).toMatchObject({ complete: true, available: 2 });
    const events = trace.events('w-statefulsets').filter(({ object }) => object.metadata.name === 'slow');
    const complete = events.filter(({ object }) => judgedWith(object, []).complete);
    expect(complete.length).toBeGreaterThan(0);
    expect(complete.filter(({ object }) => object.status?.availableReplicas !== 2)).toEqual([]);
  });
});

describe('19c-stateful-set-halfway', () => {
  const trace = readTrace('19c-stateful-set-halfway');

  it('names the one pod that is not ready, though a ready one above it is of the bad version, too', () => {
    expect(shown(judged(trace, 'sticking', 'pods-sticking'))).toEqual(['db-2', 'other', 1]);
    expect(shown(judged(trace, 'done', 'pods-done'))).toBeNull();
  });

  it('names a pod of the wanted version where that is what holds up the rest', () => {
    // The pods as they were before the template went back once more: db-3 is the only one of the bad version.
    const workload = trace.body<ServedWorkload>('held-up');
    const { items } = trace.body<{ items: ServedPod[] }>('pods-both');
    expect(shown(judgedWith(workload, items))).toEqual(['db-0', 'wanted', 1]);
  });

  it('is not complete while updated equals what is there and one is away', () => {
    const heldUp = trace.body<ServedWorkload>('held-up');
    expect(heldUp.status?.updatedReplicas).toBe(heldUp.status?.replicas);
    expect(judgedWith(heldUp, []).complete).toBe(false);
  });
});

it('19d-stateful-set-max-unavailable: sticks all the same where two pods may be unavailable', () => {
  const trace = readTrace('19d-stateful-set-max-unavailable');
  expect(shown(judged(trace, 'later', 'pods-later'))).toEqual(['db-0', 'other', 5]);
});
