import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Applies a recorded configuration to a stack. */
export interface Infrastructure {
  readStack: PlanningRead<'stack'>;
  /** Why no stack of the configuration has the name; null when one has. Absent: nobody can tell without reading it. */
  whyUnknown?: (stack: string) => string | null;
  /**
   * The outside refuses by the lock of the state, taken in the name of the operation key, and by lineage and serial of the
   * state it was planned on (a plan that was made of an older serial is stale). Where there is no lock to take, the key makes a second request the first.
   */
  applyInfrastructure: StepEffect<'apply-infrastructure'>;
}
