import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { createInMemoryStore } from '@lastgood/testkit/fakes/in-memory-store';
import { aService, dayZero, imageOf } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import type { SandboxWorld } from '../../sandbox/sandbox-world.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { sandboxDeploy } from './sandbox-deploy.ts';

it('ends what it has registered as failed when the sandbox does not bring it out', async () => {
  const clock = { now: () => dayZero, sleep: async () => undefined };
  const service = aService({});
  const rollout = createInMemoryRollout({ now: clock.now });
  const [workload] = service.workloads;
  if (!workload) throw new Error('a service without workload');
  rollout.cluster.create(
    { ...workload, cluster: service.cluster, namespace: service.namespace },
    { app: imageOf('v1') },
  );
  const store = createInMemoryStore({ now: clock.now });
  await store.services.apply(service, 'test', dayZero);
  const { name, key } = service;
  const version = { tag: 'v2', behaviour: 'good', description: '', healthy: true };
  const sandbox: SandboxWorld = {
    shown: async () => [
      {
        ...{ name: 'plain', title: '', about: '', lacks: null, waitsFor: null },
        services: [{ key, name, running: 'v1', versions: [version] }],
      },
    ],
    listeningSince: async () => 0,
    prepare: async ({ tag }) => [{ service: name, key, version: tag, images: { app: imageOf(tag) } }],
    deploy: async () => {
      throw new Error('the sandbox answered 500');
    },
  };
  const deps = {
    ...{ store, clock, sandbox, newId: () => 'd1', ports: { rollout, workloads: rollout.workloads } },
    settings: { clusterDeadlineMs: 1_000, judging: { intervalMs: 0 } },
  } as unknown as EndpointDependencies;
  const request = { body: { service: key, tag: 'v2' } } as Parameters<typeof sandboxDeploy.handle>[1];
  await expect(sandboxDeploy.handle(deps, request)).rejects.toThrow('the sandbox answered 500');
  expect(await store.deployments.deployment('d1')).toMatchObject({ status: 'failed' });
});
