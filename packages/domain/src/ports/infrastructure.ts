import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Applies a recorded configuration to a stack. */
export interface Infrastructure {
  readStack: PlanningRead<'stack'>;
  /**
   * The outside refuses by the lock of the state, taken in the name of the operation key, and by lineage and serial of the
   * state it was planned on (a saved plan of an older serial is stale). CloudFormation: the key is the client request token.
   */
  applyInfrastructure: StepEffect<'apply-infrastructure'>;
}
