import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Objects beside the workloads of services: what is there by its labels, and removing one. What they hold is never read. */
export interface Objects {
  /** A kind that the cluster does not serve has none; one that could not be listed is named. */
  listObjects: PlanningRead<'objects'>;
  /** The outside refuses by the uid in the preconditions of the delete. */
  removeObject: StepEffect<'remove-object'>;
}
