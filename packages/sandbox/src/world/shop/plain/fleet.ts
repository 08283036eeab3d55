import type { SampleService } from '../scenario.ts';
import type { WorkloadKind } from '../workload.ts';

export interface PlainService extends SampleService {
  kind: WorkloadKind;
  /** Ignored by a DaemonSet, which runs once per node. */
  replicas: number;
  /** Versions it ran before it was first looked at, oldest first; the last one serves. */
  history: readonly number[];
  /** What every release of it provides to its callers, and needs of those it calls. */
  provides?: Record<string, string>;
  needs?: Record<string, string>;
}

function plainService(service: Omit<PlainService, 'workloads' | 'declared'>, declared = true): PlainService {
  const { kind, name } = service;
  return { ...service, declared, workloads: [{ kind, name }] };
}

const secondForm = { 'catalog-api': '<3' };

/** A small shop: every workload kind once, with dependencies to show, and one service that nobody has declared. */
export const plainFleet: readonly PlainService[] = [
  plainService({
    ...{ name: 'checkout', kind: 'Deployment', replicas: 3, history: [40, 41] },
    dependencies: ['payments', 'catalog'],
    needs: secondForm,
  }),
  plainService({ name: 'payments', kind: 'Deployment', replicas: 2, history: [16, 17], dependencies: [] }),
  plainService({
    ...{ name: 'catalog', kind: 'Deployment', replicas: 2, history: [11, 12] },
    dependencies: ['search'],
    provides: { 'catalog-api': '2' },
  }),
  plainService({ name: 'search', kind: 'StatefulSet', replicas: 2, history: [87, 88], dependencies: [] }),
  plainService({
    ...{ name: 'edge', kind: 'DaemonSet', replicas: 2, history: [230, 231] },
    dependencies: ['checkout', 'catalog'],
    needs: secondForm,
  }),
  plainService({ name: 'mail', kind: 'Deployment', replicas: 2, history: [7, 8], dependencies: [] }, false),
];
