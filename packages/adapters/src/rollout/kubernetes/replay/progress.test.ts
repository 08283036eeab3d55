import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressOf } from '../progress.ts';
import { observe } from '../read-workload.ts';
import type {
  ServedControllerRevision,
  ServedPod,
  ServedReplicaSet,
  ServedWorkload,
} from '../served-objects.ts';
import { currentOf, fromControllerRevisions, fromReplicaSets, previousOf } from '../template-history.ts';
import { podsAt, type RecordedEvent, readTrace } from './recorded-trace.ts';

const deployment = { cluster: 'main', namespace: 'trace', kind: 'Deployment', name: 'web' } as const;
const judge = (event: RecordedEvent) => progressOf('Deployment', event.object, null);
const progressing = ({ object }: RecordedEvent) =>
  object.status?.conditions?.find((condition) => condition.type === 'Progressing')?.reason;

/** The condition by which the recording itself waited for the end of a rollout. */
function recordedAsComplete({ object: { metadata, spec, status } }: RecordedEvent): boolean {
  const replicas = spec.replicas ?? 1;
  return (
    Number(status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas
  );
}

const rollbacks = [
  ['03-rolling-rollback-fenced', 'rollback'],
  ['04-stuck-rollout-then-rollback', 'rollback'],
  ['05a-stale-deadline-condition', 'rollback'],
  ['05d-fresh-deadline-in-good-rollback', 'rollback'],
  ['06a-revision-history-limit-zero', 'rollback'],
  ['13-concurrent-writer', 'fenced-won'],
] as const;

describe.each(rollbacks)('%s', (name, rollback) => {
  const trace = readTrace(name);
  const events = trace.events('w-deployments');
  const after = events.filter((event) => event.afterStep === trace.step(rollback).step);

  it('is complete exactly when its replicas are', () => {
    expect(events.filter((event) => judge(event).complete !== recordedAsComplete(event))).toEqual([]);
    expect(events.some((event) => judge(event).complete)).toBe(true);
    expect(events.some((event) => !judge(event).complete)).toBe(true);
  });

  it('is not complete in the answer to the patch, whose status is the old one', () => {
    const progress = progressOf('Deployment', trace.body<ServedWorkload>(rollback), null);
    expect(progress).toMatchObject({ complete: false, observed: false, warning: null });
  });

  it('ends complete, also for a watcher that misses any event but the last', () => {
    expect(after.length).toBeGreaterThan(1);
    const last = after.at(-1) as RecordedEvent;
    fc.assert(
      fc.property(fc.subarray(after.slice(0, -1)), (seen) => {
        const verdicts = [...seen, last].map(judge);
        return (
          (verdicts.at(-1)?.complete ?? false) && !verdicts.some((v) => v.complete && v.warning !== null)
        );
      }),
    );
  });
});

describe('deadline conditions', () => {
  it.each(['05a-stale-deadline-condition', '05d-fresh-deadline-in-good-rollback'])(
    '%s: a deadline condition in a good rollback warns and decides nothing',
    (name) => {
      const trace = readTrace(name);
      const misleading = trace.events('w-deployments').filter((event) => {
        const isRollback = event.afterStep === trace.step('rollback').step;
        return isRollback && progressing(event) === 'ProgressDeadlineExceeded' && judge(event).observed;
      });
      expect(misleading.length).toBeGreaterThan(0);
      for (const event of misleading) {
        expect(judge(event)).toMatchObject({
          complete: false,
          warning: expect.stringContaining('ProgressDeadlineExceeded'),
        });
      }
    },
  );

  it('05b: NewReplicaSetAvailable with no pod available is not complete', () => {
    const trace = readTrace('05b-no-deadline-on-existing-replicaset');
    const silent = trace.body<ServedWorkload>('silent');
    expect(silent.status?.conditions).toContainEqual(
      expect.objectContaining({ reason: 'NewReplicaSetAvailable' }),
    );
    expect(progressOf('Deployment', silent, null)).toMatchObject({
      complete: false,
      observed: true,
      available: 0,
    });
    const after = trace
      .events('w-deployments')
      .filter((event) => event.afterStep === trace.step('onto-existing').step);
    expect(after.filter((event) => judge(event).complete)).toEqual([]);
  });

  it('05c: the same under RollingUpdate is not complete either', () => {
    const last = readTrace('05c-rolling-onto-existing-replicaset').events('w-deployments').at(-1);
    expect(last && judge(last)).toMatchObject({
      complete: false,
      warning: expect.stringContaining('ProgressDeadlineExceeded'),
    });
  });
});

describe('old pods', () => {
  it('04: counts those still ending though the rollout is complete', () => {
    const complete = readTrace('04-stuck-rollout-then-rollback')
      .events('w-deployments')
      .map(judge)
      .filter((progress) => progress.complete);
    expect(complete.map((progress) => progress.old)).toContain(1);
    expect(complete.at(-1)?.old).toBe(0);
    expect(complete.find((progress) => progress.old === 1)?.sentence).toMatch(/1 old pod/);
  });

  it('04: names what stuck and whose pods are whose', () => {
    const trace = readTrace('04-stuck-rollout-then-rollback');
    const workload = trace.body<ServedWorkload>('stuck');
    const history = fromReplicaSets(workload, trace.body<{ items: ServedReplicaSet[] }>('rs-stuck').items);
    const pods = trace.body<{ items: ServedPod[] }>('pods-stuck').items;
    const { snapshot, progress } = observe(deployment, { workload, history, pods }, 7);
    expect(snapshot).toMatchObject({
      revision: '2',
      images: { app: 'registry.example/web:bad' },
      observedAt: 7,
    });
    expect(snapshot.historyName).toBe(`web-${snapshot.podTemplateHash}`);
    expect(progress).toMatchObject({ complete: false, updated: 1, old: 3, readyDigests: {} });
    expect(progress.warning).toMatch(/ProgressDeadlineExceeded.*ImagePullBackOff/);
  });
});

describe('history', () => {
  it('03: finds the template before the current one, and the same after going back', () => {
    const trace = readTrace('03-rolling-rollback-fenced');
    const sets = (id: string) => trace.body<{ items: ServedReplicaSet[] }>(id).items;
    const [v1, v2, done] = ['v1', 'v2', 'done'].map((id) => trace.body<ServedWorkload>(id));
    if (!v1 || !v2 || !done) throw new Error('the trace lacks a reading');
    const before = fromReplicaSets(v2, sets('rs-before'));
    const previous = previousOf('Deployment', v2, before);
    expect(previous?.template).toEqual(v1.spec.template);
    const after = fromReplicaSets(done, sets('rs-after'));
    expect(currentOf(done, after)?.name).toBe(previous?.name);
    expect(previousOf('Deployment', done, after)?.template).toEqual(v2.spec.template);
  });

  it('06a: has nothing to find when the cluster keeps nothing', () => {
    const trace = readTrace('06a-revision-history-limit-zero');
    const v2 = trace.body<ServedWorkload>('v2');
    const sets = trace.body<{ items: ServedReplicaSet[] }>('rs-after-update').items;
    expect(previousOf('Deployment', v2, fromReplicaSets(v2, sets))).toBeNull();
  });

  it('08a: reads ControllerRevisions as templates', () => {
    const trace = readTrace('08a-statefulset-undo-sticks');
    const workload = trace.body<ServedWorkload>('stuck');
    const revisions = trace.body<{ items: ServedControllerRevision[] }>('cr-stuck').items;
    const history = fromControllerRevisions('StatefulSet', workload, revisions);
    expect(currentOf(workload, history)?.name).toBe(workload.status?.updateRevision);
    expect(previousOf('StatefulSet', workload, history)?.template).toEqual(
      trace.body<ServedWorkload>('v1').spec.template,
    );
  });
});

describe('08a-statefulset-undo-sticks', () => {
  const trace = readTrace('08a-statefulset-undo-sticks');
  const target = { ...deployment, kind: 'StatefulSet', name: 'db' } as const;
  const rollback = trace.step('rollback').step;
  const revisions = trace.body<{ items: ServedControllerRevision[] }>('cr-rolledback').items;
  const around = (event: RecordedEvent) => {
    const history = fromControllerRevisions('StatefulSet', event.object, revisions);
    const pods = podsAt(trace.events('w-pods'), event.atMs);
    return observe(target, { workload: event.object, history, pods }, 0).progress;
  };
  const events = trace.events('w-statefulsets');
  const broken = trace.body<ServedPod>('broken-pod').metadata;

  it('finds the pod that sticks, once the controller has seen the rollback and not before', () => {
    const found = events.map((event) => ({ event, progress: around(event) }));
    const sticking = found.filter(({ progress }) => progress.blocking?.template === 'other');
    expect(sticking.length).toBeGreaterThan(0);
    for (const { event, progress } of sticking) {
      expect(event.afterStep).toBeGreaterThanOrEqual(rollback);
      const { name, uid } = broken;
      expect(progress).toMatchObject({ complete: false, blocking: { name, uid, why: 'order', stuck: 1 } });
    }
  });

  it('is not fooled by updateRevision equal to currentRevision', () => {
    const sticking = trace.body<ServedWorkload>('sticking');
    expect(sticking.status?.updateRevision).toBe(sticking.status?.currentRevision);
    expect(progressOf('StatefulSet', sticking, null)).toMatchObject({
      complete: false,
      observed: true,
      updated: 2,
    });
  });

  it('is complete with nothing stuck after the pod was deleted', () => {
    const last = events.at(-1);
    expect(last && around(last)).toMatchObject({ complete: true, blocking: null, old: 0, available: 3 });
  });
});

describe('08b-statefulset-daemonset-kubectl', () => {
  const trace = readTrace('08b-statefulset-daemonset-kubectl');

  it('sees a DaemonSet stuck, and done', () => {
    const stuck = progressOf('DaemonSet', trace.body<ServedWorkload>('ds-stuck'), null);
    expect(stuck).toMatchObject({
      complete: false,
      observed: true,
      sentence: expect.stringContaining('nodes'),
    });
    const done = progressOf('DaemonSet', trace.body<ServedWorkload>('ds-done'), null);
    expect(done).toMatchObject({ complete: true, old: 0 });
    expect(done.updated).toBe(done.desired);
  });

  it('finds the revisions of both kinds behind their templates', () => {
    const revisions = trace.body<{ items: ServedControllerRevision[] }>('revisions').items;
    for (const [kind, id] of [
      ['StatefulSet', 'sts-done'],
      ['DaemonSet', 'ds-done'],
    ] as const) {
      const workload = trace.body<ServedWorkload>(id);
      const history = fromControllerRevisions(kind, workload, revisions);
      expect(history.length).toBe(2);
      const current = currentOf(workload, history);
      expect(current?.revision).toBe(3);
      expect(current?.name.endsWith(current.hash ?? '-')).toBe(true);
      expect(previousOf(kind, workload, history)?.revision).toBe(2);
    }
  });
});
