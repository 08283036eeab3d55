import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { writersContract } from '@lastgood/testkit/contracts/writers';
import { expect, it } from 'vitest';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { openSandboxWorld, realWrites } from './sandbox-world-harness.ts';

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
