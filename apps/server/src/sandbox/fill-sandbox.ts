import type { HttpProbe, ReviewedSource } from '@lastgood/domain';
import type { Clock, EffectPorts } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { declareService } from '../declaration/declare-service.ts';
import { declareFleet } from './declare-fleet.ts';
import { fastTriggerSet } from './fast-triggers.ts';
import { historyOf } from './seed-history.ts';
import { servedOf } from './shop/index.ts';

interface FillDependencies {
  store: Pick<Store, 'triggerSets' | 'deployments' | 'services'>;
  ports: Pick<EffectPorts, 'rollout'>;
  metrics: ReviewedSource;
  probe: Pick<HttpProbe, 'refusal'>;
  clock: Clock;
  newId: () => string;
}

/**
 * Declares the sample fleet with its fast triggers, and gives each service its small verified history when it is seen
 * for the first time. Declaring again changes nothing.
 * @param playable names of the services that stand by now
 */
export async function fillSandbox(
  deps: FillDependencies,
  controlUrl: string,
  { playable, signal }: { playable: ReadonlySet<string>; signal: AbortSignal },
): Promise<void> {
  const { store, metrics, probe, clock, newId } = deps;
  const { rollout } = deps.ports;
  await store.triggerSets.apply(fastTriggerSet);
  const sets = await store.triggerSets.list();
  for (const { path, input } of declareFleet(controlUrl)) {
    if (!playable.has(path.name)) continue;
    const { service } = await declareService(path, input, {
      clusters: rollout.clusters(),
      sets,
      queries: metrics,
      ...{ probe, notifiers: [] },
    });
    const isNew = (await store.deployments.service(service.key)) === null;
    await store.services.apply(service, 'sandbox', clock.now());
    const history = isNew
      ? await historyOf(service, {
          ...{ rollout, now: clock.now(), newId, signal },
          served: servedOf(service.name),
        })
      : null;
    for (const deployment of history ?? []) await store.deployments.commit({ newDeployments: [deployment] });
  }
}
