import type { RollbackTrigger } from './trigger.ts';
import type { TriggerState } from './trigger-state.ts';

/** A trigger with the state this slot gave it. */
export interface JudgedTrigger {
  trigger: RollbackTrigger;
  state: TriggerState;
}
