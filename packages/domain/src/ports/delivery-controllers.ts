import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Speaks to delivery controllers by the objects they follow. What serves is theirs to route. */
export interface DeliveryControllers {
  readDelivery: PlanningRead<'delivery'>;
  /**
   * To a controller that is told: the outside refuses by tests inside the write, of the uid and of the version that is to be
   * aborted. One that asks is answered by the server; nothing is sent.
   */
  orderAbort: StepEffect<'order-abort'>;
  /** The outside refuses by tests inside the write: the uid, and the generation or the version as seen. */
  skipAnalysis: StepEffect<'skip-analysis'>;
  /** Sends nothing. */
  waitForPromotion: StepEffect<'wait-for-promotion'>;
}
