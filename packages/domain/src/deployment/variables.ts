import type { Service } from '../service/service.ts';
import type { TriggerVariable } from '../trigger/trigger.ts';
import { type Deployment, workloadChanges } from './deployment.ts';

/** What the placeholders of a query stand for. A value that is not known yet is absent, and the question cannot be asked. */
export function variablesOf(
  service: Service,
  deployment: Deployment | null,
): Partial<Record<TriggerVariable, string>> {
  const workload = service.workloads[0];
  const change = deployment
    ? workloadChanges(deployment).find((c) => c.target.name === workload?.name)
    : undefined;
  const hash = change?.after?.podTemplateHash;
  return {
    SERVICE: service.name,
    NAMESPACE: service.namespace,
    CLUSTER: service.cluster,
    ENVIRONMENT: service.environment,
    ...(workload ? { WORKLOAD: workload.name } : {}),
    ...(hash ? { POD_TEMPLATE_HASH: hash } : {}),
  };
}
