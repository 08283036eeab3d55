import {
  type Change,
  type Contracts,
  lookEveryMs,
  type NewDeployment,
  newDeployment,
  noContracts,
  type Rollout,
  type Service,
  type WorkloadChange,
  workloadsOf,
} from '@lastgood/domain';
import type { ServedRelease } from './shop/shown-way.ts';

const day = 24 * 60 * 60_000;

interface Surroundings {
  rollout: Rollout;
  now: number;
  newId: () => string;
  /** What its pipeline had registered with the release that serves now. */
  served: ServedRelease;
  signal: AbortSignal;
}

/**
 * The verified releases of a sample service, as they would stand if Lastgood had been there when they were deployed: what
 * serves now, and what the cluster still remembers of the one before. Null when the cluster cannot tell.
 */
export async function historyOf(
  service: Service,
  { rollout, now, newId, served, signal }: Surroundings,
): Promise<NewDeployment[] | null> {
  const seen = await Promise.all(
    workloadsOf(service).map(async (target) => {
      const workload = { ...target, cluster: service.cluster, namespace: service.namespace };
      return {
        target,
        current: await rollout.read(workload, signal),
        previous: await rollout.previous(workload, signal),
      };
    }),
  );
  const serving: WorkloadChange[] = seen.flatMap(({ target, current, previous }) => {
    if (current.kind !== 'found') return [];
    const before = previous.kind === 'found' ? previous.snapshot : null;
    return { kind: 'workload', target, before, after: current.observation.snapshot };
  });
  if (serving.length < seen.length) return null;
  const contracts = served.contracts ?? noContracts;
  const newest = { contracts, changes: [...serving, ...(served.changes ?? [])], startedAt: now - 2 * day };
  const before = serving.flatMap(({ target, before: after }): WorkloadChange[] =>
    after ? [{ kind: 'workload', target, before: null, after }] : [],
  );
  if (before.length < serving.length)
    return [release(service, { ...newest, id: newId(), previousDeploymentId: null })];
  const older = release(service, {
    ...{ id: newId(), previousDeploymentId: null, startedAt: now - 6 * day },
    ...{ contracts, changes: before },
  });
  const newer = release(service, { ...newest, id: newId(), previousDeploymentId: older.id });
  return [{ ...older, supersededBy: newer.id }, newer];
}

interface Release extends Pick<NewDeployment, 'id' | 'previousDeploymentId' | 'startedAt'> {
  /** The first is of the workload that serves. */
  changes: Change[];
  contracts: Contracts;
}

function release(
  service: Service,
  { id, changes, contracts, previousDeploymentId, startedAt }: Release,
): NewDeployment {
  const completedAt = startedAt + 45_000;
  const watchEndsAt = completedAt + 30 * 60_000;
  return newDeployment({
    id,
    service: service.key,
    origin: 'pipeline',
    strategy: service.strategy,
    status: 'completed',
    proof: 'verified',
    version: versionIn(changes),
    author: 'sandbox',
    previousDeploymentId,
    changes,
    contracts,
    startedAt,
    completedAt,
    watchEndsAt,
    watchClosedAt: watchEndsAt,
    looks: {
      served: Math.floor((watchEndsAt - completedAt) / lookEveryMs),
      ...{ lastAt: watchEndsAt, lastServed: true, doubt: null },
    },
  });
}

function versionIn(changes: readonly Change[]): string | null {
  const first = changes.find((change) => change.kind === 'workload');
  return /:([^:@/]+)(?:@|$)/.exec(Object.values(first?.after?.images ?? {})[0] ?? '')?.[1] ?? null;
}
