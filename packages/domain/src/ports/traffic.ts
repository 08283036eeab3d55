import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Splits and switches traffic. */
export interface Traffic {
  readRoute: PlanningRead<'route'>;
  readSelector: PlanningRead<'selector'>;
  /**
   * Sets all weights of a rule in one write. The outside refuses by tests inside the patch: the uid, the rule's name, its
   * destinations in their places and the weights in `from` (JSON Patch `test`: 422). The operation key goes along as an
   * annotation.
   */
  setWeight: StepEffect<'set-weight'>;
  /**
   * Points a Service at another slot. A Service has no generation: the uid and the selector's present value are tested
   * inside the patch, so a second run gets 422. The operation key goes along as an annotation.
   */
  switchSelector: StepEffect<'switch-selector'>;
}
