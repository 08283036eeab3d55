import type { LiveChanged } from '@lastgood/api-client';
import {
  getDeploymentTargetsQueryKey,
  getDeploymentViewQueryKey,
  getListDeploymentsQueryKey,
  getListRunsQueryKey,
  getListServicesQueryKey,
  getListTriggerSetsQueryKey,
  getNowViewQueryKey,
  getPlanPreviewQueryKey,
  getRunViewQueryKey,
  getServiceViewQueryKey,
  getSystemStatusQueryKey,
} from '@lastgood/api-client/queries';
import type { QueryClient, QueryKey } from '@tanstack/react-query';

export type Change = Pick<LiveChanged, 'resource' | 'id'>;

// Without an id a key is only its beginning, and means every query of its operation.
const everyDeployment = getDeploymentViewQueryKey('');
const everyPlan = getPlanPreviewQueryKey('');
const everyTargets = getDeploymentTargetsQueryKey('');
const everyService = getServiceViewQueryKey('', '', '');

/** Beginnings of the query keys a change makes stale. */
function staleKeys({ resource, id }: Change): QueryKey[] {
  switch (resource) {
    case 'deployment':
      return [
        getNowViewQueryKey(),
        getDeploymentViewQueryKey(id),
        getPlanPreviewQueryKey(id),
        getDeploymentTargetsQueryKey(id),
        getListServicesQueryKey(),
        everyService,
        getListDeploymentsQueryKey(),
      ];
    case 'run':
      return [
        getNowViewQueryKey(),
        getRunViewQueryKey(id),
        getListRunsQueryKey(),
        everyDeployment,
        everyPlan,
        everyTargets,
        getListServicesQueryKey(),
        everyService,
      ];
    case 'service':
      return [getNowViewQueryKey(), getListServicesQueryKey(), everyService];
    case 'status':
      return [getSystemStatusQueryKey(), getNowViewQueryKey(), everyDeployment];
    case 'hold':
      return [everyService, everyDeployment, everyPlan, everyTargets];
    case 'trigger-set':
      return [everyService, everyDeployment, getListTriggerSetsQueryKey()];
  }
}

/** Unites what several changes make stale, each key once. */
export function uniteKeys(changes: readonly Change[]): QueryKey[] {
  const seen = new Map<string, QueryKey>();
  for (const change of changes) for (const key of staleKeys(change)) seen.set(key.join('\n'), key);
  return [...seen.values()];
}

/** Has everything that shows what was changed asked again. */
export async function makeStale(queries: QueryClient, ...changes: Change[]): Promise<void> {
  await Promise.all(uniteKeys(changes).map((queryKey) => queries.invalidateQueries({ queryKey })));
}
