import { isBreachingNow } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerEvidence } from './decision.ts';

/**
 * Whether the verification of a rollback asks a trigger again: it has fired for the version taken back, or was in breach when
 * the rollback was asked for. What leads to nothing but a record proves nothing either way.
 */
export function isAskedAgain({ trigger, state }: JudgedTrigger): boolean {
  if (!isDeciding(trigger)) return false;
  return state.everFired || state.phase === 'firing' || state.phase === 'pending' || isBreachingNow(state);
}

/** The triggers to ask again, from what was stored with a run when it was asked for; its shape is what `evidenceOf` makes. */
export function triggersIn(evidence: unknown): RollbackTrigger[] {
  if (!Array.isArray(evidence)) return [];
  return (evidence as Partial<TriggerEvidence>[]).flatMap((one) => one.definition ?? []);
}
