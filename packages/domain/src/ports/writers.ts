import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/**
 * Stops and starts everything that writes a service's data. The outside refuses by the uid and the resourceVersion of each
 * object's scale; the operation key goes along as an annotation on each. A writer that is there already is left alone, so
 * what was sent to some of them is completed by sending again. How many replicas it had stays with what is stopped, so that
 * whoever comes later can start it again. `sessions` is not a cluster's to count: it says 0, and the engine asks the database.
 */
export interface Writers {
  readWriters: PlanningRead<'writers'>;
  stopWriters: StepEffect<'stop-writers'>;
  startWriters: StepEffect<'start-writers'>;
}
