import { describe, expect, it } from 'vitest';
import { observe } from '../read-workload.ts';
import type { ServedPod, ServedReplicaSet, ServedWorkload } from '../served-objects.ts';
import { fromReplicaSets } from '../template-history.ts';
import { podsAt, readTrace } from './recorded-trace.ts';

const target = { cluster: 'main', namespace: 'trace', kind: 'Deployment', name: 'web' } as const;
type Sets = { items: (ServedReplicaSet & { status?: { readyReplicas?: number } })[] };

describe('20a: what serves while the specification says something else', () => {
  const trace = readTrace('20a-serving-replica-set');
  const observed = (id: string) => {
    const workload = trace.body<ServedWorkload>(id);
    const pods = podsAt(trace.events('w-pods'), trace.step(id).atMs);
    const history = fromReplicaSets(workload, trace.body<Sets>(`rs-${id}`).items);
    return observe(target, { workload, history, pods }, 7);
  };

  it.each([
    ['v1', 'v1', 'v1', 3, true],
    ['an image that cannot be pulled', 'bad', 'v1', 3, false],
    ['the same after its deadline', 'bad-late', 'v1', 3, false],
    ['pods that run and never pass readiness', 'unready', 'v1', 3, false],
    ['a good one', 'v4', 'v4', 3, true],
  ])('%s', (_words, id, version, ready, complete) => {
    const { serving, progress } = observed(id);
    expect(serving).toMatchObject([
      { ready, snapshot: { images: { app: `registry.example/web:${version}` }, observedAt: 7 } },
    ]);
    expect(progress.complete).toBe(complete);
  });

  it('is told with the template, its hash and the digests of its ready pods', () => {
    const [good] = observed('v1').serving;
    const [still] = observed('bad').serving;
    expect(still?.snapshot.templateDigest).toBe(good?.snapshot.templateDigest);
    expect(still?.snapshot.template).toEqual(good?.snapshot.template);
    expect(still?.snapshot.historyName).toBe(`web-${still?.snapshot.podTemplateHash}`);
    expect(still?.snapshot.imageDigests).toEqual(good?.snapshot.imageDigests);
    expect(still?.readyDigests).toEqual(good?.readyDigests);
  });

  it('is nothing once readiness is lost, though every replica is updated', () => {
    const { serving, progress } = observed('lost');
    expect(progress).toMatchObject({ updated: 3, complete: false });
    expect(serving).toEqual([]);
  });
});

describe('20b: at zero, and created again', () => {
  const trace = readTrace('20b-zero-and-recreated');
  const observed = (id: string, sets = `rs-${id}`) => {
    const workload = trace.body<ServedWorkload>(id);
    const { items } = trace.body<Sets>(sets);
    const history = fromReplicaSets(workload, items);
    return observe(target, { workload, history, pods: items.flatMap(readyPodsOf) }, 0);
  };

  it.each(['zero', 'zero-v5'])('%s: complete and available, and nothing serves', (id) => {
    const { serving, progress } = observed(id);
    expect(progress).toMatchObject({ complete: true, desired: 0 });
    expect(serving).toEqual([]);
  });

  it.each(['v5', 'recreated', 'adopted'])('%s: its own pods serve', (id) => {
    const { serving, snapshot } = observed(id);
    expect(serving).toMatchObject([{ ready: 3, snapshot: { templateDigest: snapshot.templateDigest } }]);
  });
});

/** This trace has no pods: a ReplicaSet's own count stands for them. */
function readyPodsOf({ metadata, status }: Sets['items'][number]): ServedPod[] {
  return Array.from({ length: status?.readyReplicas ?? 0 }, (_, n) => ({
    metadata: {
      name: `${metadata.name}-${n}`,
      uid: `${metadata.uid}-${n}`,
      labels: metadata.labels ?? {},
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
        },
      ],
    },
    spec: { containers: [] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }));
}
