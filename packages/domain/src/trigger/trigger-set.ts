import type { RollbackTrigger } from './trigger.ts';

/** A named list of triggers that services refer to. */
export interface TriggerSet {
  name: string;
  description: string;
  triggers: RollbackTrigger[];
}
