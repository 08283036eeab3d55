import type { HttpProbe, ReviewedSource, Rollout } from '@lastgood/domain';
import type { Store } from '@lastgood/store';
import { refuse } from './declaration-faults.ts';
import { declareService } from './declare-service.ts';
import type { ServiceInput } from './service-input-schema.ts';
import type { Trial } from './try-queries.ts';

/** With how many services queries are tried that name none. */
const most = 20;

interface TrialWorld {
  store: { deployments: Pick<Store['deployments'], 'followed'> };
  ports: { rollout: Pick<Rollout, 'clusters'> };
  metrics: ReviewedSource;
  probe: Pick<HttpProbe, 'refusal'>;
}

type Named = Pick<ServiceInput, 'workloads' | 'environment'> & { service?: string };

/** The services whose names queries are tried with: the one that is named, declared or not, else those that are declared. */
export async function trialsFor(
  world: TrialWorld,
  { service: key, workloads, environment }: Named,
): Promise<Trial[]> {
  const { store } = world;
  if (key === undefined) return (await store.deployments.followed()).slice(0, most);
  const [cluster = '', namespace = '', name = '', ...more] = key.split('/');
  if ([cluster, namespace, name].includes('') || more.length > 0)
    refuse([{ path: '/service', message: 'must read cluster/namespace/name.' }]);
  const [known] = await store.deployments.followed([key]);
  const own = workloads ?? known?.service.workloads;
  const where = environment ?? known?.service.environment;
  const declared = { ...(own && { workloads: own }), ...(where && { environment: where }) };
  const { service } = await declareService(
    { cluster, namespace, name },
    { ...declared, triggerSets: [] },
    {
      clusters: world.ports.rollout.clusters(),
      ...{ sets: [], notifiers: [], queries: world.metrics, probe: world.probe },
    },
  );
  return [{ service, latest: known?.latest ?? null }];
}
