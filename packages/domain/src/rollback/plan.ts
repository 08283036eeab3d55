import type { Proof } from '../deployment/deployment.ts';
import type { ServiceKey } from '../service/service.ts';
import type { PlannedStep } from './step.ts';

/** A release as a person names it. */
export interface ReleaseRef {
  deploymentId: string;
  release: number;
  version: string | null;
  proof: Proof;
}

/** A rollback as data, before it is action. */
export interface Plan {
  service: ServiceKey;
  strategy: string;
  from: ReleaseRef;
  target: ReleaseRef;
  steps: PlannedStep[];
  /** What is worth knowing but stops nothing: an unproven target, a GitOps owner, a paused autoscaler. */
  warnings: string[];
}

/** Why there is no plan, in words that say what to do next. */
export interface Refusal {
  code:
    | 'no-target'
    | 'target-unknown'
    | 'nothing-to-roll-back'
    | 'unsupported-change'
    | 'workload-gone'
    | 'workload-replaced'
    | 'workload-paused'
    | 'workload-being-deleted'
    | 'third-version'
    | 'image-moved'
    | 'owned-by-gitops'
    | 'cluster-unreachable'
    /** The plan would break a rule of `plan-safety.ts`: a fault of the strategy, not of the world. */
    | 'unsafe-plan'
    | 'strategy-unavailable';
  reason: string;
  /** The next best thing. */
  advice: string;
}

export type PlanResult = { kind: 'plan'; plan: Plan } | { kind: 'refused'; refusals: Refusal[] };
