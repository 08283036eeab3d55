import type { Health } from '../health.ts';
import type { TemplateTarget } from '../rollback/contracts/set-template.ts';
import type { EffectResult } from '../rollback/effect.ts';
import type { EvidenceResult, PreviousResult, ReadResult } from '../workload/observation.ts';
import type { WorkloadSnapshot, WorkloadTarget } from '../workload/workload.ts';

/** Reads and sets the workloads of the clusters. Outside faults are results, not exceptions. */
export interface Rollout {
  read(workload: WorkloadTarget, signal: AbortSignal): Promise<ReadResult>;
  /** What pods anywhere in the namespace run for these image references. */
  imageEvidence(
    workload: WorkloadTarget,
    images: Record<string, string>,
    signal: AbortSignal,
  ): Promise<EvidenceResult>;
  /** The template a workload had before its current one, by its ReplicaSets or ControllerRevisions. */
  previous(workload: WorkloadTarget, signal: AbortSignal): Promise<PreviousResult>;
  /** Server-side dry run of the fenced patch. */
  rehearse(target: TemplateTarget, operation: string, signal: AbortSignal): Promise<EffectResult>;
  /** Fenced by uid and generation; `operation` (`run/step`) is written as an annotation with it. */
  setTemplate(target: TemplateTarget, operation: string, signal: AbortSignal): Promise<EffectResult>;
  /** Deletes stuck pods, each with its uid as precondition. */
  releaseStuckPods(
    workload: WorkloadTarget,
    pods: readonly { name: string; uid: string }[],
    signal: AbortSignal,
  ): Promise<EffectResult>;
  /** The template with its images pinned to digests, and its new digest. Pure. */
  pin(snapshot: WorkloadSnapshot, digests: Record<string, string>): WorkloadSnapshot;
  clusters(): string[];
  health(cluster: string, signal: AbortSignal): Promise<Health>;
}
