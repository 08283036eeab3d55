import type { PodTemplate } from '../deployment/deployment.ts';
import type { WorkloadRef } from '../service/service.ts';

/** A workload with the address of its cluster and namespace. */
export interface WorkloadTarget extends WorkloadRef {
  cluster: string;
  namespace: string;
}

/** Time limits of a step, as Temporal names them. All in milliseconds. */
export interface StepLimits {
  /** Between the step becoming due and its first attempt. */
  scheduleToStartMs: number;
  /** Between its first attempt and its end, waiting included. */
  startToCloseMs: number;
  /** One attempt may take this long before it is aborted. */
  heartbeatMs: number;
}

/** What a workload must become, and the fence around changing it. */
export interface TemplateTarget {
  workload: WorkloadTarget;
  /** The recorded object; another uid means it was deleted and created again. */
  uid: string;
  /** Digest of the template that is being taken back; a third version in its place stops the run. */
  fromDigest: string;
  template: PodTemplate;
  templateDigest: string;
  /** Container name to `sha256:...` that must serve in the end. */
  imageDigests: Record<string, string>;
}

/**
 * The closed vocabulary of steps. A step names the target, never the movement, so applying it twice changes nothing.
 * Strategies still to come add variants here; `apply-step.ts` then has to say what they do.
 */
export type Step =
  /** Ask the API server to accept the template, storing nothing. */
  | ({ kind: 'rehearse-template' } & TemplateTarget)
  | ({ kind: 'set-template' } & TemplateTarget)
  | {
      kind: 'wait-until-stable';
      workload: WorkloadTarget;
      uid: string;
      templateDigest: string;
      imageDigests: Record<string, string>;
      releaseStuckPods: boolean;
    }
  | { kind: 'verify' };

export type StepKind = Step['kind'];

/** A step of a plan with its words for people. */
export interface PlannedStep {
  step: Step;
  /** What it changes in the world: "Set Deployment web to the template of release 41". */
  title: string;
  limits: StepLimits;
  /** What is left behind when the run stops here. */
  leavesBehind: string;
  /** Expected time in milliseconds from history or the shipped prior; null when nothing is known. */
  expectedMs: number | null;
}
