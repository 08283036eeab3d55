import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Sets flags at their provider. */
export interface Flags {
  readFlag: PlanningRead<'flag'>;
  /**
   * The outside refuses by the flag's version or an entity tag (`If-Match`: 412), where the provider has one; else the
   * value is read right before. The operation key goes along as idempotency key and as the comment of the change.
   */
  setFlag: StepEffect<'set-flag'>;
}
