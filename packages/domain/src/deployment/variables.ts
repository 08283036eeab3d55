import type { Service } from '../service/service.ts';
import type { TriggerVariable } from '../trigger/trigger.ts';
import { changeOf, type Deployment } from './deployment.ts';
import { isStanding } from './read-pace.ts';

/**
 * What the placeholders of a query stand for. A value that is not known yet is undefined, and the question cannot be asked. Where a
 * deployment stands that never showed its change, what was there before serves.
 */
export function variablesOf(
  service: Service,
  deployment: Deployment | null,
): { [K in TriggerVariable]?: string | undefined } {
  const workload = service.workloads[0];
  const change = deployment && workload ? changeOf(deployment.changes, workload) : undefined;
  const serving = change?.after ?? (deployment && isStanding(deployment) ? change?.before : null);
  return {
    SERVICE: service.name,
    NAMESPACE: service.namespace,
    CLUSTER: service.cluster,
    ENVIRONMENT: service.environment,
    WORKLOAD: workload?.name,
    POD_TEMPLATE_HASH: serving?.podTemplateHash ?? undefined,
  };
}
