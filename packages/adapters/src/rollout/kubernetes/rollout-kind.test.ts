import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createKubernetes } from './kubernetes.ts';
import { accountToken, openSandboxWorld, type SandboxWorld } from './sandbox-world-harness.ts';
import { deliveryManifests, shippedManifests, without } from './shipped-rights-harness.ts';

const never = new AbortController().signal;
const image = (version: number) => `registry.example/web:v${version}`;
const manifests = [...shippedManifests(), ...deliveryManifests()];
let world: SandboxWorld;
let rollout: WorkloadTarget;
beforeAll(async () => {
  world = await openSandboxWorld({}, 2_000, manifests);
  rollout = await world.create('Rollout', 'web', image(1));
  await world.deploy(rollout, image(2));
});
afterAll(() => world.close());

it('a Rollout is read with what its own ReplicaSets remember, though they are served otherwise than it', async () => {
  const read = await world.rollout.read(rollout, never);
  if (read.kind !== 'found') throw new Error(read.reason);
  const { snapshot, progress, owner, serving } = read.observation;
  expect(owner).toMatchObject({ kind: 'delivery-controller', name: 'Argo Rollouts' });
  expect(progress).toMatchObject({ complete: true, desired: 3, available: 3, old: 0 });
  expect(snapshot).toMatchObject({ images: { app: image(2) }, revision: '2' });
  expect(snapshot.podTemplateHash).toMatch(/^[a-z0-9]{10}$/);
  expect(Object.keys(snapshot.imageDigests)).toEqual(['app']);
  expect(serving.map(({ snapshot: { templateDigest }, ready }) => [templateDigest, ready])).toEqual([
    [snapshot.templateDigest, 3],
  ]);
  expect(await world.rollout.previous(rollout, never)).toMatchObject({
    kind: 'found',
    snapshot: { images: { app: image(1) }, revision: '1' },
  });
});

it('is found by whoever declares, and no reason for silence where it is not installed', async () => {
  const kinds = async () => {
    const found = await world.rollout.discover('main', 'shop', never);
    return found.kind === 'found' ? found.workloads.map(({ workload }) => workload.kind) : found.reason;
  };
  expect(await kinds()).toEqual(['Rollout']);
  const stop = world.sandbox.rights.deny({ resource: 'rollouts', verb: 'list' });
  expect(await kinds()).toEqual([]);
  stop();
});

it('is followed as the cluster changes it', async () => {
  const cluster = { kubeconfig: world.sandbox.kubeconfig(accountToken), requestTimeoutMs: 2_000 };
  const { watch, close } = createKubernetes({ clusters: { main: cluster } }, Date.now);
  try {
    watch.follow([rollout]);
    await vi.waitFor(() => expect(watch.observe(rollout)).toMatchObject({ kind: 'found' }), {
      timeout: 10_000,
    });
    await world.startDeploy(rollout, image(3));
    await vi.waitFor(
      () =>
        expect(watch.observe(rollout)).toMatchObject({
          observation: { snapshot: { images: { app: image(3) } }, progress: { complete: false } },
        }),
      { timeout: 10_000 },
    );
  } finally {
    await close();
  }
});

it('without a template of its own says which workload to declare', async () => {
  await world.call('POST', '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts', {
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'lent' } },
    spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } },
  });
  expect(await world.rollout.read({ ...rollout, name: 'lent' }, never)).toMatchObject({
    kind: 'unreachable',
    reason: expect.stringMatching(/takes that of Deployment cart\. Declare that/),
  });
});

it('has every right it needs, and the one that is missing is named', async () => {
  expect(await world.rollout.missingRights(rollout, never)).toEqual({ kind: 'known', missing: [] });
  const right = 'patch argoproj.io/rollouts/status';
  const other = await openSandboxWorld({}, 2_000, without(right, manifests));
  try {
    const rights = await other.rollout.missingRights(rollout, never);
    expect(rights).toMatchObject({
      missing: [{ purpose: 'rolling-back', rule: expect.stringContaining('rollouts/status') }],
    });
  } finally {
    await other.close();
  }
});
