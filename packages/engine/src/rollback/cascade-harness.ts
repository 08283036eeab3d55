import type { Contracts, Deployment, Service } from '@lastgood/domain';
import { aBaseline, aDeployment, aService, imageOf } from '@lastgood/testkit/scenario/builders';
import type { TestEngine } from '@lastgood/testkit/scenario/test-engine';

export const workloadOf = (name: string) => ({
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment' as const,
  name,
});

export const contracts = (provides: Contracts['provides'], needs: Contracts['needs'] = {}): Contracts => ({
  provides,
  needs,
});

/** A service whose release 2 is out over its good release 1, as its cluster shows both. */
export async function bringOutTwo(
  { store, rollout, time, commit }: TestEngine,
  name: string,
  given: { service?: Partial<Service>; deployment?: Partial<Deployment>; good?: Contracts; bad?: Contracts },
): Promise<void> {
  const check = { name: 'health', type: 'http', url: `http://${name}.example`, expectedStatus: 200 } as const;
  const service = aService({
    name,
    checks: [{ ...check, passes: 1, everyMs: 1_000, timeoutMs: 20_000 }],
    ...given.service,
  });
  await store.services.apply(service, 'test', time.now());
  rollout.cluster.create(workloadOf(name), { app: imageOf('v1') });
  const seen = () => rollout.cluster.observe(rollout.cluster.at(workloadOf(name)), 0).snapshot;
  const target = { kind: 'Deployment' as const, name };
  const before = seen();
  rollout.cluster.deploy(workloadOf(name), { app: imageOf('v2') });
  const good = aBaseline({
    ...{ id: `${name}-1`, service: service.key, contracts: given.good ?? contracts({}) },
    changes: [{ kind: 'workload', target, before: null, after: before }],
  });
  const bad = aDeployment({
    ...{ id: `${name}-2`, service: service.key, previousDeploymentId: good.id },
    contracts: given.bad ?? contracts({}),
    changes: [{ kind: 'workload', target, before, after: seen() }],
    ...given.deployment,
  });
  await commit({ newDeployments: [good] });
  await commit({ newDeployments: [bad] });
}

/** The image that a service runs, without its digest. */
export function runningImage({ rollout }: TestEngine, name: string): string | undefined {
  const { images } = rollout.cluster.observe(rollout.cluster.at(workloadOf(name)), 0).snapshot;
  return images.app?.split('@')[0];
}
