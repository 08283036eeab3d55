import { type RollbackTrigger, type Service, serviceKey } from '@lastgood/domain';
import { createFollower } from '@lastgood/engine';
import { refuse } from '../declaration/declaration-faults.ts';
import { declareService } from '../declaration/declare-service.ts';
import { declareTriggerSet } from '../declaration/declare-trigger-set.ts';
import { type Trial, tryTriggers } from '../declaration/try-triggers.ts';
import type { OperationDependencies } from '../dependencies.ts';
import { toHoldDto, toServiceSummary, toServiceView } from '../dto/service-dto.ts';
import { toTriggerSetDto } from '../dto/trigger-dto.ts';
import type { Operations, Wire } from '../operations.ts';
import { notFound } from '../problems/problem-error.ts';
import { given, keyOf, readPage } from './paging.ts';

type ServiceOperations = Pick<Operations, 'listServices' | 'serviceView' | 'applyService' | 'releaseHold'>;

export function serviceOperations(deps: OperationDependencies): ServiceOperations {
  const { store, clock, sources } = deps;
  return {
    listServices: ({ search, ...page }) =>
      readPage(
        page,
        (limit) => store.views.services({ ...given({ search, after: keyOf(page.cursor) }), limit }),
        (row) => toServiceSummary(row, sources.troubleOf(row.service.key)[0] ?? null),
        (row) => row.service.key,
      ),
    serviceView: ({ cluster, namespace, name }) => view(deps, serviceKey(cluster, namespace, name), []),
    async applyService(path, input, caller) {
      const sets = await store.triggerSets.list();
      const { service, warnings } = declareService(path, input, {
        clusters: deps.ports.rollout.clusters(),
        sets,
        lint: deps.metrics.lint,
      });
      const [known] = await store.deployments.followed([service.key]);
      const tried = await tryOnce(deps, service.triggers, [{ service, latest: known?.latest ?? null }]);
      await store.services.apply(service, caller.name, clock.now());
      return view(deps, service.key, [...warnings, ...tried, ...(await captureBaseline(deps, service))]);
    },
    async releaseHold(id, caller) {
      const hold = await store.holds.release(id, caller.name, clock.now());
      if (!hold) throw notFound(`There is no hold ${id}. The holds of a service stand in its view.`);
      return toHoldDto(hold);
    },
  };
}

/**
 * What serves now becomes the presumed good release, by the follower's own beat for this one service. A cluster that does
 * not answer is a warning: the follower comes back to it.
 */
async function captureBaseline(deps: OperationDependencies, service: Service): Promise<string[]> {
  const { deployments } = deps.store;
  const follower = createFollower({
    deployments: { ...deployments, followed: () => deployments.followed([service.key]) },
    rollout: deps.ports.rollout,
    clock: deps.clock,
    concurrency: 1,
    deadlineMs: deps.settings.clusterDeadlineMs,
  });
  const { trouble } = await follower.follow(new AbortController().signal);
  return (trouble.get(service.key) ?? []).map(
    (reason) => `What serves now could not be recorded yet (${reason}); Lastgood keeps trying.`,
  );
}

/** Tries triggers before they are saved: refuses what could never act, returns what is doubtful. */
async function tryOnce(
  { metrics, clock, settings }: OperationDependencies,
  triggers: readonly RollbackTrigger[],
  trials: readonly Trial[],
): Promise<string[]> {
  const deadline = AbortSignal.timeout(settings.clusterDeadlineMs);
  const { faults, warnings } = await tryTriggers(metrics, triggers, trials, clock.now(), deadline);
  refuse(faults);
  return warnings;
}

async function view(
  { store, sources }: OperationDependencies,
  key: string,
  warnings: string[],
): Promise<Wire<'ServiceView'>> {
  const row = await store.views.service(key);
  if (!row) throw notFound(`There is no service ${key}. Declare it with PUT /api/v1/services/${key}.`);
  return toServiceView(row, sources.troubleOf(key), warnings);
}

type SetOperations = Pick<Operations, 'listTriggerSets' | 'triggerSetView' | 'applyTriggerSet'>;

/** How many services a set is tried with. */
const trialServices = 20;

export function triggerSetOperations(deps: OperationDependencies): SetOperations {
  const { store, metrics } = deps;
  return {
    async listTriggerSets() {
      return { items: (await store.triggerSets.list()).map((set) => toTriggerSetDto(set)) };
    },
    async triggerSetView(name) {
      const set = await store.triggerSets.get(name);
      if (!set)
        throw notFound(`There is no trigger set ${name}. Create it with PUT /api/v1/trigger-sets/${name}.`);
      return toTriggerSetDto(set);
    },
    async applyTriggerSet(name, input) {
      const set = declareTriggerSet(name, input, metrics.lint);
      const users = (await store.deployments.followed()).filter((one) =>
        one.service.triggerSets.includes(name),
      );
      const warnings = await tryOnce(deps, set.triggers, users.slice(0, trialServices));
      await store.triggerSets.apply(set);
      return toTriggerSetDto(set, warnings);
    },
  };
}
