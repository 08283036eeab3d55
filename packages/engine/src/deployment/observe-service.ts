import {
  type ObservedWorkload,
  type ReadResult,
  type Rollout,
  type Service,
  type WorkloadRef,
  type WorkloadTarget,
  workloadInWords,
  workloadsOf,
} from '@lastgood/domain';

export interface ServiceObservation {
  seen: ObservedWorkload[];
  /** Workloads that could not be read, in words. */
  trouble: string[];
  /** Some of its workloads could not be asked for: what is seen of the others tells half. */
  unreachable: boolean;
  /** None of its workloads is there. */
  gone: boolean;
}

interface WorkloadRead {
  workload: WorkloadRef;
  read: ReadResult;
}

type Addressed = Pick<Service, 'cluster' | 'namespace' | 'workloads'>;

/** Fetch: how the workloads of a service stand in the cluster now. */
export async function observeService(
  rollout: Pick<Rollout, 'read'>,
  service: Service,
  signal: AbortSignal,
): Promise<ServiceObservation> {
  const reads = targetsOf(service).map(async (workload) => ({
    workload: { kind: workload.kind, name: workload.name },
    read: await rollout.read(workload, signal),
  }));
  return observationOf(await Promise.all(reads));
}

/** The same from what is at hand at once. */
export function observeAtOnce(
  read: (workload: WorkloadTarget) => ReadResult,
  service: Addressed,
): ServiceObservation {
  return observationOf(
    targetsOf(service).map((workload) => ({
      workload: { kind: workload.kind, name: workload.name },
      read: read(workload),
    })),
  );
}

export function targetsOf({ cluster, namespace, workloads }: Addressed): WorkloadTarget[] {
  return workloadsOf({ workloads }).map((workload) => ({ ...workload, cluster, namespace }));
}

function observationOf(reads: readonly WorkloadRead[]): ServiceObservation {
  const gone = reads.length > 0 && reads.every(({ read }) => read.kind === 'not-found');
  const unreachable = reads.some(({ read }) => read.kind === 'unreachable');
  const result: ServiceObservation = { seen: [], trouble: [], unreachable, gone };
  for (const { workload, read } of reads) {
    if (read.kind === 'found') {
      const { snapshot, progress, serving, owner, writers } = read.observation;
      result.seen.push({ workload, snapshot, progress, serving, owner, ...(writers && { writers }) });
    } else result.trouble.push(`${workloadInWords(workload)}: ${read.reason}`);
  }
  return result;
}
