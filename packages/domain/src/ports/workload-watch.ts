import type { ReadResult } from '../workload/observation.ts';
import type { WatchState } from '../workload/watch-state.ts';
import type { WorkloadTarget } from '../workload/workload.ts';

/**
 * Keeps workloads in memory as the clusters change them, so that looking at one asks nobody. What is not in sync is told as
 * `unreachable`: what was true a while ago is no answer. Runs, plans and registrations read the cluster itself by `Rollout`.
 */
export interface WorkloadWatch {
  /** These workloads are watched from now on, and no others. */
  follow(workloads: readonly WorkloadTarget[]): void;
  /**
   * What `Rollout.read` would find, from memory. Its snapshot is observed at the time up to which that memory is known to be
   * in sync: up to a minute and a half ago where a watch is silent.
   */
  observe(workload: WorkloadTarget): ReadResult;
  /** Calls with workloads of which something changed, gathered for a moment. Returns what ends it. */
  onChange(listener: (workloads: readonly WorkloadTarget[]) => void): () => void;
  states(): WatchState[];
}
