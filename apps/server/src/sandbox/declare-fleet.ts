import { clusterName, fleet, namespace, type SampleService } from '@lastgood/sandbox/world/index';
import type { CheckInput } from '../declaration/check-schema.ts';
import type { ServiceInput } from '../declaration/service-input-schema.ts';
import { fastTriggerSet } from './fast-triggers.ts';
import { declaredOf } from './shop/index.ts';

/** A sample service as its team would declare it in a file. Durations in seconds. */
export interface Declared {
  path: { cluster: string; namespace: string; name: string };
  input: ServiceInput;
}

/** Whose team wants its way back to be practised. */
const practised = 'checkout';

/** @param controlUrl the sandbox's address, whose load balancer the http checks ask */
export function declareFleet(controlUrl: string): Declared[] {
  return fleet
    .filter(({ declared }) => declared)
    .map((service) => ({
      path: { cluster: clusterName, namespace, name: service.name },
      input: {
        environment: 'sandbox',
        strategy: 'rolling',
        workloads: service.workloads.map(({ kind, name }) => ({ kind, name })),
        dependencies: service.dependencies.map((name) => `${clusterName}/${namespace}/${name}`),
        triggerSets: [fastTriggerSet.name],
        checks: checksOf(service, controlUrl),
        policy: { watchWindow: 90, cooldown: 30, maxInProgress: 300, stableTimeout: 120 },
        ...(service.name === practised ? { drills: { everyDays: 30 } } : {}),
        ...declaredOf(service.name),
      },
    }));
}

function checksOf(service: SampleService, controlUrl: string): CheckInput[] {
  return [
    {
      name: 'health endpoint answers',
      type: 'http',
      url: `${controlUrl}/services/${service.name}/health`,
      expectedStatus: 200,
      passes: 3,
      timeout: 60,
      every: 2,
    },
    {
      name: 'error rate is low again',
      type: 'prometheus',
      query:
        'sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[10s])) / sum(rate(http_requests_total{service="$SERVICE"}[10s])) or 0 * sum(rate(http_requests_total{service="$SERVICE"}[10s]))',
      comparator: '<=',
      expected: 0.01,
      passes: 2,
      timeout: 90,
      every: 2,
    },
  ];
}
