import { lastWriter } from '@lastgood/domain/workload/template-writer';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { expect, it } from 'vitest';
import { look, never, type RolloutWorld, v1, v2 } from './world.ts';

export function describeReading(world: () => RolloutWorld): void {
  it('reads a settled workload with its template, images and progress', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const { snapshot, progress, desiredReplicas, paused, owner } = await look(world(), workload);
    expect(snapshot.images).toEqual({ app: v1 });
    expect(snapshot.templateDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(snapshot.imageDigests.app).toMatch(/^sha256:/);
    expect(progress).toMatchObject({
      complete: true,
      observed: true,
      desired: 3,
      updated: 3,
      available: 3,
      old: 0,
    });
    expect(progress.readyDigests.app).toEqual([snapshot.imageDigests.app]);
    expect({ desiredReplicas, paused, owner: owner.kind }).toEqual({
      desiredReplicas: 3,
      paused: false,
      owner: 'nobody',
    });
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)('tells what serves of a %s', async (kind) => {
    const workload = await world().create(kind, 'web', v1);
    const { snapshot, serving, progress } = await look(world(), workload);
    expect(serving).toMatchObject([
      { ready: progress.desired, readyDigests: progress.readyDigests, snapshot: { images: { app: v1 } } },
    ]);
    expect(serving[0]?.snapshot).toEqual(snapshot);
  });

  it('tells that nothing serves at zero replicas, complete as it is', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    await world().scale(workload, 0);
    await world().settle(workload);
    const { serving, progress } = await look(world(), workload);
    expect({ serving, complete: progress.complete }).toEqual({ serving: [], complete: true });
  });

  it('says which workload is not there, and which cluster it does not know', async () => {
    const missing: WorkloadTarget = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'ghost' };
    expect((await world().rollout.read(missing, never())).kind).toBe('not-found');
    const nowhere = { ...missing, cluster: 'nowhere' };
    expect((await world().rollout.read(nowhere, never())).kind).toBe('unreachable');
    expect((await world().rollout.imageEvidence(nowhere, { app: v1 }, never())).kind).toBe('unreachable');
    expect((await world().rollout.previous(nowhere, never())).kind).toBe('unreachable');
    expect((await world().rollout.health('nowhere', never())).up).toBe(false);
    expect((await world().rollout.health('main', never())).up).toBe(true);
    expect(world().rollout.clusters()).toEqual(['main']);
  });

  it('finds the template before the current one', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const first = (await look(world(), workload)).snapshot;
    expect((await world().rollout.previous(workload, never())).kind).toBe('gone');
    await world().deploy(workload, v2);
    const previous = await world().rollout.previous(workload, never());
    if (previous.kind !== 'found') throw new Error(previous.reason);
    expect(previous.snapshot).toMatchObject({ uid: first.uid, templateDigest: first.templateDigest });
    expect(previous.snapshot.template).toEqual(first.template);
  });
}

export function describeOwners(world: () => RolloutWorld): void {
  it.each(['HorizontalPodAutoscaler', 'ScaledObject'] as const)('tells that a %s scales it', async (kind) => {
    const workload = await world().create('Deployment', 'web', v1);
    const other = await world().create('StatefulSet', 'web', v1);
    const scaler = (of: WorkloadTarget) => world().rollout.scaler(of, never());
    expect(await scaler(workload)).toEqual({ kind: 'known', scaler: null });
    await world().autoscale(workload, kind, 'web-load');
    expect(await scaler(workload)).toEqual({ kind: 'known', scaler: { kind, name: 'web-load', most: 9 } });
    expect(await scaler(other)).toEqual({ kind: 'known', scaler: null });
    expect((await scaler({ ...workload, cluster: 'nowhere' })).kind).toBe('unreachable');
  });

  it('tells who wrote the image that is set now, by the name they go by', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    for (const [manager, image] of [
      ['kubectl-set', v2],
      ['argocd-controller', v1],
      ['kubectl-set', v2],
    ] as const) {
      await world().deployAs(workload, image, manager);
      const { writers = [] } = await look(world(), workload);
      expect(lastWriter(writers)).toMatchObject({ manager, containers: ['app'], operation: 'Update' });
    }
  });
}

export function describeDiscovery(world: () => RolloutWorld): void {
  it('lists what there is to declare, of one namespace or of all', async () => {
    const { rollout } = world();
    await world().create('Deployment', 'web', v1);
    await world().create('StatefulSet', 'queue', v2);
    const found = await rollout.discover('main', 'shop', never());
    if (found.kind !== 'found') throw new Error(found.reason);
    expect(found.workloads).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' },
          containers: [{ name: 'app', image: v1 }],
          replicas: { wanted: 3, ready: 3 },
        }),
        expect.objectContaining({
          workload: { cluster: 'main', namespace: 'shop', kind: 'StatefulSet', name: 'queue' },
        }),
      ]),
    );
    // Who has rights in namespaces only is told the one that is missing for all.
    const all = await rollout.discover('main', null, never());
    if (all.kind === 'found') expect(all.workloads).toEqual(expect.arrayContaining(found.workloads));
    else
      expect(all.reason).toMatch(
        /may not list deployments in the whole cluster; its role must have the rule/,
      );
    expect(await rollout.discover('nowhere', null, never())).toMatchObject({ kind: 'unreachable' });
  });
}
