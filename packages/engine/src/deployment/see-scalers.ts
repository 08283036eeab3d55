import {
  type ObservedWorkload,
  type RegisteredRelease,
  type Rollout,
  type Service,
  workloadsOf,
} from '@lastgood/domain';

/** Fetch: what scales the workloads that could be seen. Of the others nothing is asked twice. */
export async function seeScalers(
  rollout: Pick<Rollout, 'scaler'>,
  service: Service,
  seen: readonly ObservedWorkload[],
  signal: AbortSignal,
): Promise<NonNullable<RegisteredRelease['scaled']>> {
  const { cluster, namespace } = service;
  const here = workloadsOf(service).filter((workload) =>
    seen.some((one) => one.workload.kind === workload.kind && one.workload.name === workload.name),
  );
  return Promise.all(
    here.map(async (workload) => ({
      workload,
      answer: await rollout.scaler({ ...workload, cluster, namespace }, signal),
    })),
  );
}
