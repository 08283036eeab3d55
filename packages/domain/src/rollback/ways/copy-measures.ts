import { type Static, Type } from 'typebox';
import { Measured, Query } from '../../bounds.ts';
import { variablesOf } from '../../deployment/variables.ts';
import type { Service } from '../../service/service.ts';
import type { WorkloadRef } from '../../workload/workload.ts';
import type { Copy, CopyMeasure } from '../contracts/copies.ts';

const closed = { additionalProperties: false } as const;
const perCopy = 'PromQL; $WORKLOAD stands for the workload of the copy that is asked about';

/** How the errors of each of two copies are asked for. */
export const copyErrors = Type.Object(
  {
    query: Query({ description: `The share of its requests that fail, from 0 to 1. ${perCopy}` }),
    atMost: Measured({ minimum: 0, description: 'So many are well still; 0.05 is 5 %' }),
  },
  closed,
);

/** How long a copy takes to answer. */
export const copyLatency = Type.Object(
  {
    query: Query({ description: `How long its requests take, in seconds. ${perCopy}` }),
    atMost: Measured({ minimum: 0, description: 'So many seconds are well still' }),
  },
  closed,
);

type Declared = Static<typeof copyErrors> | undefined;

/** As declared; else the service's own trigger of that unit which asks about a workload by itself. */
export function measureOf(declared: Declared, service: Service, unit: 'ratio' | 's'): CopyMeasure | null {
  if (declared) return tellsApart(declared.query) ? { ...declared, unit } : null;
  const trigger = service.triggers.find(
    (one) => one.unit === unit && one.comparison === 'greater_than' && tellsApart(one.query),
  );
  return trigger ? { query: trigger.query, atMost: trigger.threshold, unit } : null;
}

/** A query that asks about both copies at once says the same of each. A hash of pods is not known of a copy. */
function tellsApart(query: string): boolean {
  return query.includes('$WORKLOAD') && !query.includes('$POD_TEMPLATE_HASH');
}

export function copyOf(service: Service, name: string, workload: WorkloadRef | null): Copy {
  const { cluster, namespace } = service;
  const { POD_TEMPLATE_HASH: _ofAnother, ...named } = variablesOf(service, null);
  return {
    name,
    variables: { ...named, WORKLOAD: workload?.name },
    workload: workload && { kind: workload.kind, name: workload.name, cluster, namespace },
  };
}
