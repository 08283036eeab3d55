import {
  type ObservedWorkload,
  type Rollout,
  type Service,
  workloadInWords,
  workloadsOf,
} from '@lastgood/domain';

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
    workloadsOf(service).map(async (workload) => ({
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
    } else result.trouble.push(`${workloadInWords(workload)}: ${read.reason}`);
  }
  return result;
}
