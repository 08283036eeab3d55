import type { LiveChanged } from '@lastgood/api-client';
import {
  getDeploymentTargetsQueryKey,
  getDeploymentViewQueryKey,
  getIncidentViewQueryKey,
  getListDeploymentsQueryKey,
  getListEventsQueryKey,
  getListRunsQueryKey,
  getListServicesQueryKey,
  getListTriggerSetsQueryKey,
  getNowViewQueryKey,
  getPlanPreviewQueryKey,
  getRunViewQueryKey,
  getServiceViewQueryKey,
  getStatusDetailsQueryKey,
  getSystemStatusQueryKey,
} from '@lastgood/api-client/queries';
import type { QueryClient, QueryKey } from '@tanstack/react-query';

export type Change = Pick<LiveChanged, 'resource' | 'id'>;

// Without an id a key is only its beginning, and means every query of its operation.
const everyDeployment = getDeploymentViewQueryKey('');
const everyIncident = getIncidentViewQueryKey('');
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
        everyIncident,
      ];
    case 'run':
      return [
        getNowViewQueryKey(),
        getRunViewQueryKey(id),
        getListRunsQueryKey(),
        everyIncident,
        everyDeployment,
        everyPlan,
        everyTargets,
        getListServicesQueryKey(),
        everyService,
      ];
    case 'service':
      return [getNowViewQueryKey(), getListServicesQueryKey(), everyService];
    case 'status':
      return [getSystemStatusQueryKey(), getStatusDetailsQueryKey(), getNowViewQueryKey(), everyDeployment];
    case 'hold':
      return [everyService, everyDeployment, everyPlan, everyTargets];
    case 'trigger-set':
      return [everyService, everyDeployment, getListTriggerSetsQueryKey()];
  }
}

/** Unites what several changes make stale, each key once. */
export function uniteKeys(changes: readonly Change[]): QueryKey[] {
  const seen = new Map<string, QueryKey>();
  // Whatever changed, it is in the log.
  for (const change of changes)
    for (const key of [...staleKeys(change), getListEventsQueryKey()]) seen.set(key.join('\n'), key);
  return [...seen.values()];
}

/** Has everything that shows what was changed asked again. */
export async function makeStale(queries: QueryClient, ...changes: Change[]): Promise<void> {
  await Promise.all(uniteKeys(changes).map((queryKey) => queries.invalidateQueries({ queryKey })));
}
