import type { StepEffect } from './step-effect.ts';

/** Sets what workloads run, and brings them to it. */
export interface Workloads {
  /** Server-side dry run of the very write of `setTemplate`. */
  rehearseTemplate: StepEffect<'rehearse-template'>;
  /** The outside refuses by tests inside the write: uid and generation as seen. The operation key goes along with it. */
  setTemplate: StepEffect<'set-template'>;
  /** Who applies the workload owns its fields again; neither its template nor its generation changes. */
  giveBackOwnership: StepEffect<'give-back-ownership'>;
  /** Deletes the stuck pods that were seen, each with its uid as precondition. */
  waitUntilStable: StepEffect<'wait-until-stable'>;
}
