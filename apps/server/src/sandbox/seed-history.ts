import {
  lookEveryMs,
  type NewDeployment,
  newDeployment,
  type Rollout,
  type Service,
  type WorkloadSnapshot,
  workloadsOf,
} from '@lastgood/domain';

const day = 24 * 60 * 60_000;

interface Surroundings {
  rollout: Rollout;
  now: number;
  newId: () => string;
  signal: AbortSignal;
}

/**
 * Two verified releases of a sample service, as they would stand if Lastgood had been there when they were deployed: what
 * the cluster still remembers of the older one, and what serves now. Null when the cluster cannot tell.
 */
export async function historyOf(
  service: Service,
  { rollout, now, newId, signal }: Surroundings,
): Promise<NewDeployment[] | null> {
  const [ref] = service.workloads;
  if (!ref) return null;
  const workload = { ...ref, cluster: service.cluster, namespace: service.namespace };
  const [current, previous] = await Promise.all([
    rollout.read(workload, signal),
    rollout.previous(workload, signal),
  ]);
  if (current.kind !== 'found' || previous.kind !== 'found') return null;
  const serving = current.observation.snapshot;
  const older = release(service, {
    ...{ id: newId(), before: null, after: previous.snapshot },
    ...{ previousDeploymentId: null, startedAt: now - 6 * day },
  });
  const newer = release(service, {
    ...{ id: newId(), before: previous.snapshot, after: serving },
    ...{ previousDeploymentId: older.id, startedAt: now - 2 * day },
  });
  return [{ ...older, supersededBy: newer.id }, newer];
}

interface Release extends Pick<NewDeployment, 'id' | 'previousDeploymentId' | 'startedAt'> {
  before: WorkloadSnapshot | null;
  after: WorkloadSnapshot;
}

function release(
  service: Service,
  { id, before, after, previousDeploymentId, startedAt }: Release,
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
    version: /:([^:@/]+)(?:@|$)/.exec(Object.values(after.images)[0] ?? '')?.[1] ?? null,
    author: 'sandbox',
    previousDeploymentId,
    changes: workloadsOf(service).map((target) => ({ kind: 'workload', target, before, after })),
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
