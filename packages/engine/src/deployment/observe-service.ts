import type { ObservedWorkload, Rollout, Service } from '@lastgood/domain';

export interface ServiceObservation {
  seen: ObservedWorkload[];
  /** Workloads that could not be read, in words. */
  trouble: string[];
}

/** Fetch: how the workloads of a service stand in the cluster now. */
export async function observeService(
  rollout: Rollout,
  service: Service,
  signal: AbortSignal,
): Promise<ServiceObservation> {
  const reads = await Promise.all(
    service.workloads.map(async (workload) => ({
      workload,
      read: await rollout.read(
        { ...workload, cluster: service.cluster, namespace: service.namespace },
        signal,
      ),
    })),
  );
  const result: ServiceObservation = { seen: [], trouble: [] };
  for (const { workload, read } of reads) {
    if (read.kind === 'found') {
      const { snapshot, progress, serving } = read.observation;
      result.seen.push({ workload, snapshot, progress, serving });
    } else result.trouble.push(`${workload.kind} ${workload.name}: ${read.reason}`);
  }
  return result;
}
