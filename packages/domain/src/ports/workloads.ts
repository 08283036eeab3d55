import type { StepEffect } from './step-effect.ts';

/** Sets what workloads run, and brings them to it. */
export interface Workloads {
  /** Server-side dry run of the very write of `setTemplate`. */
  rehearseTemplate: StepEffect<'rehearse-template'>;
  /** The outside refuses by tests inside the write: uid and generation as seen. The operation key goes along with it. */
  setTemplate: StepEffect<'set-template'>;
  /**
   * Scales up, never down. The outside refuses by tests inside the write: the uid, and as many replicas as were seen. The
   * operation key goes along as an annotation.
   */
  ensureReplicas: StepEffect<'ensure-replicas'>;
  /** Who applies the workload owns its fields again; neither its template nor its generation changes. */
  giveBackOwnership: StepEffect<'give-back-ownership'>;
  /**
   * Releases the one pod that was seen to hold up the rest, so that another is made in its place: asks the budgets it is
   * under, names its uid, and looks first whether it is still that pod.
   */
  waitUntilStable: StepEffect<'wait-until-stable'>;
}
