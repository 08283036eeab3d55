import type { Health } from '../health.ts';
import type { DiscoveryResult } from '../workload/found-workload.ts';
import type { RightsResult } from '../workload/missing-right.ts';
import type { EvidenceResult, PreviousResult, ReadResult, RehearsalResult } from '../workload/observation.ts';
import type { ScalerResult } from '../workload/scaler.ts';
import type { PodTemplate, WorkloadSnapshot, WorkloadTarget } from '../workload/workload.ts';

/** Reads the workloads of the clusters; `Workloads` changes them. Outside faults are results, not exceptions. */
export interface Rollout {
  read(workload: WorkloadTarget, signal: AbortSignal): Promise<ReadResult>;
  /** What the workload's own pods run for these image references. */
  imageEvidence(
    workload: WorkloadTarget,
    images: Record<string, string>,
    signal: AbortSignal,
  ): Promise<EvidenceResult>;
  /** A dry run of giving the workload this template: nothing is stored. */
  rehearse(workload: WorkloadTarget, to: WorkloadSnapshot, signal: AbortSignal): Promise<RehearsalResult>;
  /** The template a workload had before its current one, by its ReplicaSets or ControllerRevisions. */
  previous(workload: WorkloadTarget, signal: AbortSignal): Promise<PreviousResult>;
  /** The template with its images pinned to digests, and its new digest. Pure. */
  pin(snapshot: WorkloadSnapshot, digests: Record<string, string>): WorkloadSnapshot;
  /**
   * The template with a mark, so that its pods are started anew, and its new digest: with the mark that it has already it is the same.
   * Pure.
   */
  restarted(snapshot: WorkloadSnapshot, mark: string): WorkloadSnapshot;
  /** The command with which a person sets the template without Lastgood. Pure. */
  byHand(workload: WorkloadTarget, template: PodTemplate): string;
  /** The rights that the workload needs and its cluster does not grant. Kept for some minutes. */
  missingRights(workload: WorkloadTarget, signal: AbortSignal): Promise<RightsResult>;
  /** What sets how many pods the workload has. */
  scaler(workload: WorkloadTarget, signal: AbortSignal): Promise<ScalerResult>;
  /** The workloads there are, in one namespace or, where it is null, in all. For a person who declares, not for a loop. */
  discover(cluster: string, namespace: string | null, signal: AbortSignal): Promise<DiscoveryResult>;
  clusters(): string[];
  health(cluster: string, signal: AbortSignal): Promise<Health>;
}
