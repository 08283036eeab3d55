import type { Contracts, Service, StopCondition } from '@lastgood/domain';
import { aBaseline, aDeployment, aService, imageOf } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { requestRollback } from '../request.ts';

/** How a service of the shop depends on others, and what its releases provide and need. */
export interface ShopService {
  name: string;
  over?: Partial<Service>;
  good?: Partial<Contracts>;
  bad?: Partial<Contracts>;
}

export const workloadOf = (name: string) => ({
  ...{ cluster: 'main', namespace: 'shop', name },
  kind: 'Deployment' as const,
});

/** Services whose bad release 2 is out over their good release 1, and a person who presses. */
export async function openShop(
  services: readonly ShopService[],
  options: Parameters<typeof createTestEngine>[0] = {},
) {
  const engine = createTestEngine(options);
  const { store, rollout } = engine;
  const { cluster } = rollout;
  for (const service of services) await bringOut(engine, service);
  const deps = {
    ...{ deployments: store.deployments, clock: engine.time.clock, newId: engine.newId },
    queueRun: store.commands.queueRun,
  };
  return {
    ...engine,
    cluster,
    press: (deploymentId: string, group?: StopCondition, targetId: string | null = null) =>
      requestRollback(deps, {
        ...{ deploymentId, targetId, requester: { kind: 'person', name: 'ada' } },
        ...{ reason: null, startsInMs: 0, evidence: [] },
        ...(group ? { group: 'with-dependents', stopCondition: group } : {}),
      }),
    /** What its cluster is set to. */
    setTo: (name: string) =>
      cluster
        .observe(cluster.at(workloadOf(name)), 0)
        .snapshot.images.app?.split('@')[0]
        ?.split(':')[1],
  };
}

async function bringOut(
  { store, rollout, time, commit }: ReturnType<typeof createTestEngine>,
  { name, over, good, bad }: ShopService,
): Promise<void> {
  const health = {
    name: 'health',
    type: 'http',
    url: `http://${name}.example`,
    expectedStatus: 200,
  } as const;
  const checks = [{ ...health, passes: 1, everyMs: 1_000, timeoutMs: 20_000 }];
  const policy = { ...aService().policy, stableTimeoutMs: 60_000 };
  const service = aService({ name, checks, policy, ...over });
  await store.services.apply(service, 'test', time.now());
  const { cluster } = rollout;
  const workload = workloadOf(name);
  cluster.create(workload, { app: imageOf('v1') });
  const seen = () => cluster.observe(cluster.at(workload), 0).snapshot;
  const before = seen();
  cluster.deploy(workload, { app: imageOf('v2') });
  const change = { kind: 'workload', target: { kind: 'Deployment', name } } as const;
  const nothing = { provides: {}, needs: {} };
  const [first, second] = [`${name}-1`, `${name}-2`];
  const baseline = aBaseline({
    ...{ id: first, service: service.key, contracts: { ...nothing, ...good } },
    changes: [{ ...change, before: null, after: before }],
  });
  const release = aDeployment({
    ...{ id: second, service: service.key, previousDeploymentId: first },
    contracts: { ...nothing, ...bad },
    changes: [{ ...change, before, after: seen() }],
  });
  await commit({ newDeployments: [baseline] });
  await commit({ newDeployments: [release] });
}
