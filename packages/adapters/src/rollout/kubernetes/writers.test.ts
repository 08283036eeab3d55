import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { Manifest } from '@lastgood/sandbox/kubernetes/index';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { writersContract } from '@lastgood/testkit/contracts/writers';
import { expect, it } from 'vitest';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { openSandboxWorld, realWrites, type SandboxWorld } from './sandbox-world-harness.ts';
import { shippedManifests, shippedOwners } from './shipped-rights-harness.ts';

const never = new AbortController().signal;
const image = 'registry.example/web:v1';

/** Only in the sandbox: a cluster of its own kind, whose controllers make and end pods. */
async function openWriters(kinds: readonly ['Deployment' | 'StatefulSet', 'Deployment' | 'StatefulSet']) {
  const world = await openSandboxWorld();
  const workloads: [WorkloadTarget, WorkloadTarget] = [
    await world.create(kinds[0], 'web', image),
    await world.create(kinds[1], 'worker', image),
  ];
  return {
    ...{ writers: world.writers, workloads, scale: world.scale, close: world.close, world },
    settle: () => world.advance(60_000),
    async replace(workload: WorkloadTarget) {
      await world.remove(workload);
      await world.create(workload.kind, workload.name, image);
    },
    loseNextReply: () =>
      void world.sandbox.faults.add({ match: realWrites, effect: { kind: 'lost-answer' }, times: 1 }),
    cutOff: () =>
      void world.sandbox.faults.add({
        ...{ match: { userAgent: 'lastgood' }, effect: { kind: 'refused-connection' }, times: 50 },
      }),
  };
}

writersContract('Kubernetes', () => openWriters(['Deployment', 'StatefulSet']));

it('sends with a fence, takes its note away again, and leaves a workload alone that was scaled meanwhile', async () => {
  const { world, writers, workloads, settle, close } = await openWriters(['Deployment', 'StatefulSet']);
  const { call, scale } = world;
  const served = (workload: WorkloadTarget) =>
    call<{ metadata: { uid: string; annotations?: Record<string, string> } }>('GET', workloadPath(workload));
  const { uid } = (await served(workloads[0])).metadata;
  const one = { workload: workloads[0], uid, replicas: 3 };
  const seen = { writers: [], sessions: 0 };
  const operation = { key: 'r/1', epoch: 1 };
  const stop = { kind: 'stop-writers' as const, writers: [one], database: null };
  expect((await writers.stopWriters.apply(stop, seen, operation, never)).kind).toBe('applied');
  expect((await served(workloads[0])).metadata.annotations).toMatchObject({
    'lastgood.dev/stopped-from': '3',
    'lastgood.dev/operation': 'r/1',
  });
  // Whoever scales it by hand meanwhile has the last word on its count: the note is taken away, and nothing else.
  await scale(workloads[0], 5);
  await settle();
  const start = { ...stop, kind: 'start-writers' as const };
  expect((await writers.startWriters.apply(start, seen, operation, never)).kind).toBe('applied');
  expect(await served(workloads[0])).toMatchObject({ spec: { replicas: 5 } });
  expect((await served(workloads[0])).metadata.annotations).not.toHaveProperty(['lastgood.dev/stopped-from']);
  expect((await writers.startWriters.apply(start, seen, operation, never)).kind).toBe('already');
  const replaced = { ...stop, writers: [{ ...one, uid: 'another' }] };
  expect((await writers.stopWriters.apply(replaced, seen, operation, never)).kind).toBe('retry');
  await close();
});

it('tells of each writer whose it is, as whoever owns it would scale it back', async () => {
  const { world, writers, workloads, close } = await openWriters(['Deployment', 'StatefulSet']);
  const tracked = 'apps:apps/Deployment:shop/web';
  await world.call(
    'PATCH',
    workloadPath(workloads[0]),
    { metadata: { annotations: { 'argocd.argoproj.io/tracking-id': tracked } } },
    'application/merge-patch+json',
  );
  const seen = await writers.readWriters({ writers: [...workloads], database: null }, never);
  const [web, worker] = seen.kind === 'seen' ? seen.seen.writers : [];
  expect(web?.owner).toMatchObject({ kind: 'git-controller', name: 'Argo CD' });
  expect(worker).not.toHaveProperty('owner');
  await close();
});

/** What KEDA and people write to a ScaledObject, as its own types have it: no KEDA runs here. */
function scaledObjects(world: SandboxWorld) {
  const path = '/apis/keda.sh/v1alpha1/namespaces/shop/scaledobjects';
  const patch = (body: object, subresource = '') =>
    world.call('PATCH', `${path}/work${subresource}`, body, 'application/merge-patch+json');
  return {
    create: (scaleTargetRef: object) =>
      world.call('POST', path, {
        ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'work' } },
        spec: { scaleTargetRef },
      }),
    annotate: (annotations: Record<string, string | null>) => patch({ metadata: { annotations } }),
    status: (status: object) => patch({ status }, '/status'),
  };
}

it('tells what of KEDA scales a writer, and that it is paused only once KEDA says so', async () => {
  const { world, writers, workloads, close } = await openWriters(['Deployment', 'StatefulSet']);
  const keda = scaledObjects(world);
  const seen = async () => {
    const read = await writers.readWriters({ writers: [...workloads], database: null }, never);
    return read.kind === 'seen' ? read.seen.writers.map((one) => one.keda) : read;
  };
  const held = (pause: string) => ({ name: 'work', namespace: 'shop', pause });
  expect(await seen()).toEqual([undefined, undefined]);
  // A kind that is not named is a Deployment.
  await keda.create({ name: 'web' });
  expect(await seen()).toEqual([held('none'), undefined]);
  await keda.annotate({ 'autoscaling.keda.sh/paused': 'false' });
  expect(await seen()).toEqual([held('none'), undefined]);
  await keda.annotate({ 'autoscaling.keda.sh/paused': 'true' });
  expect(await seen()).toEqual([held('ordered'), undefined]);
  await keda.status({ conditions: [{ type: 'Paused', status: 'True' }] });
  expect(await seen()).toEqual([held('left-alone'), undefined]);
  await keda.annotate({ 'autoscaling.keda.sh/paused-replicas': '2' });
  expect(await seen()).toEqual([held('held'), undefined]);
  await keda.annotate({ 'autoscaling.keda.sh/paused-replicas': '0' });
  expect(await seen()).toEqual([held('ordered'), undefined]);
  await keda.status({ pausedReplicaCount: 0 });
  expect(await seen()).toEqual([held('at-zero'), undefined]);
  await close();
});

it('takes no pause of one direction for one of both, nor any while the autoscaler of KEDA is there', async () => {
  const { world, writers, workloads, close } = await openWriters(['Deployment', 'StatefulSet']);
  const keda = scaledObjects(world);
  const pause = async () => {
    const read = await writers.readWriters({ writers: [workloads[0]], database: null }, never);
    const [one] = read.kind === 'seen' ? read.seen.writers : [];
    return one?.keda && 'pause' in one.keda ? one.keda.pause : read;
  };
  await keda.create({ name: 'web' });
  await world.autoscale(workloads[0], 'ScaledObject', 'work');
  await keda.annotate({ 'autoscaling.keda.sh/paused-scale-in': 'true' });
  await keda.status({ conditions: [{ type: 'Paused', status: 'True' }] });
  expect(await pause()).toBe('one-way');
  // KEDA that says Paused already returns before it deletes its autoscaler.
  await keda.annotate({ 'autoscaling.keda.sh/paused': 'true' });
  expect(await pause()).toBe('one-way');
  await keda.annotate({ 'autoscaling.keda.sh/paused-scale-in': null });
  expect(await pause()).toBe('one-way');
  await keda.status({ conditions: [{ type: 'Paused', status: 'False' }] });
  expect(await pause()).toBe('ordered');
  await world.call('DELETE', `${autoscalers}/keda-hpa-work`);
  await keda.status({ conditions: [{ type: 'Paused', status: 'True' }] });
  expect(await pause()).toBe('left-alone');
  await close();
});

const autoscalers = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';

it('tells of an autoscaler that may bring a writer up from none, and stops nothing of it', async () => {
  const { world, writers, workloads, close } = await openWriters(['Deployment', 'StatefulSet']);
  const patch = (body: object, subresource = '') =>
    world.call('PATCH', `${autoscalers}/web${subresource}`, body, 'application/merge-patch+json');
  const read = async () => {
    const seen = await writers.readWriters({ writers: [workloads[0]], database: null }, never);
    if (seen.kind !== 'seen') throw new Error(seen.reason);
    return seen.seen.writers[0];
  };
  await world.autoscale(workloads[0], 'HorizontalPodAutoscaler', 'web');
  expect(await read()).not.toHaveProperty('autoscaler');
  await patch({ spec: { minReplicas: 0 } });
  const about = { name: 'web', namespace: 'shop' };
  expect((await read())?.autoscaler).toEqual({ ...about, from: 'may-be-none' });
  const uid = (await read())?.uid ?? '';
  const step = {
    ...{ kind: 'stop-writers' as const, database: null },
    writers: [{ workload: workloads[0], uid, replicas: 3 }],
  };
  expect((await attemptStep(writers.stopWriters, step, 'r/1')).outcome).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('HorizontalPodAutoscaler web, which may start it again'),
  });
  expect(await world.call('GET', workloadPath(workloads[0]))).toMatchObject({ spec: { replicas: 3 } });
  await patch({ spec: { minReplicas: 1 } });
  await patch({ status: { conditions: [{ type: 'ScaledToZero', status: 'True' }] } }, '/status');
  expect((await read())?.autoscaler).toEqual({ ...about, from: 'brought-to-none' });
  await patch({ status: { conditions: [{ type: 'ScaledToZero', status: 'False' }] } }, '/status');
  expect((await attemptStep(writers.stopWriters, step, 'r/1')).outcome.kind).toBe('waiting');
  await close();
});

it('starts what is stopped though nobody tells who scales it', async () => {
  const { world, writers, workloads, settle, close } = await openWriters(['Deployment', 'StatefulSet']);
  const [first] = workloads;
  const read = await writers.readWriters({ writers: [first], database: null }, never);
  const uid = read.kind === 'seen' ? (read.seen.writers[0]?.uid ?? '') : '';
  const target = { writers: [{ workload: first, uid, replicas: 3 }], database: null };
  await attemptStep(writers.stopWriters, { kind: 'stop-writers', ...target }, 'r/1');
  await settle();
  for (const path of [/scaledobjects/, /horizontalpodautoscalers/])
    world.sandbox.faults.add({
      match: { userAgent: 'lastgood', path },
      effect: { kind: 'answer', status: 429 },
    });
  expect((await writers.readWriters({ writers: [first], database: null }, never)).kind).toBe('unreachable');
  await attemptStep(writers.startWriters, { kind: 'start-writers', ...target }, 'r/2');
  expect(await world.call('GET', workloadPath(first))).toMatchObject({ spec: { replicas: 3 } });
  await close();
});

it('stops nothing that KEDA scales, though the plan was made while that was paused', async () => {
  const { world, writers, workloads, close } = await openWriters(['Deployment', 'StatefulSet']);
  const keda = scaledObjects(world);
  await keda.create({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'worker' });
  const read = await writers.readWriters({ writers: [...workloads], database: null }, never);
  const uids = read.kind === 'seen' ? read.seen.writers.map(({ uid }) => uid) : [];
  const step = {
    ...{ kind: 'stop-writers' as const, database: null },
    writers: workloads.map((workload, index) => ({ workload, uid: uids[index] ?? '', replicas: 3 })),
  };
  expect((await attemptStep(writers.stopWriters, step, 'r/1')).outcome).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('StatefulSet worker is scaled by KEDA ScaledObject work'),
  });
  expect(await world.call('GET', workloadPath(workloads[1]))).toMatchObject({ spec: { replicas: 3 } });
  await keda.annotate({ 'autoscaling.keda.sh/paused': 'true' });
  await keda.status({ conditions: [{ type: 'Paused', status: 'True' }] });
  expect((await attemptStep(writers.stopWriters, step, 'r/1')).outcome.kind).toBe('waiting');
  expect(await world.call('GET', workloadPath(workloads[1]))).toMatchObject({ spec: { replicas: 0 } });
  await close();
});

it('reads that with the rights of rbac-owners.yaml, and says that it may not without them', async () => {
  const seen = async (manifests: Manifest[]) => {
    const world = await openSandboxWorld({}, 2_000, manifests);
    const writer = await world.create('Deployment', 'web', image);
    const read = await world.writers.readWriters({ writers: [writer], database: null }, never);
    await world.close();
    return read.kind === 'seen' ? read.seen.writers[0] : read;
  };
  const granted = await seen(shippedOwners());
  expect(granted).not.toHaveProperty('keda');
  expect(granted).not.toHaveProperty('autoscaler');
  expect(await seen(shippedManifests())).toMatchObject({
    keda: { unread: expect.stringContaining('scaledobjects') },
    autoscaler: { unread: expect.stringContaining('horizontalpodautoscalers') },
  });
});
