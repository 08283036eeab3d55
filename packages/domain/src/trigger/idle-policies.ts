import { triggerKind } from './kinds/index.ts';
import type { TriggerFault } from './kinds/trigger-kind.ts';
import type { RollbackTrigger } from './trigger.ts';

const policies = {
  onNoData: 'no data',
  onNotANumber: 'what is not a number',
} as const;

/** Policies of a trigger that decide nothing, because its kind never reads what they are for. It may be saved, and should be known. */
export function idlePolicies(trigger: RollbackTrigger): TriggerFault[] {
  const { readsOtherThanNumbers = true, kind } = triggerKind(trigger);
  if (readsOtherThanNumbers) return [];
  return (['onNoData', 'onNotANumber'] as const).flatMap((member) => {
    const policy = trigger[member];
    // What every trigger has where nobody said anything.
    if (policy === 'hold') return [];
    const message = `${member}: ${policy} decides nothing here: a trigger of kind ${kind} never reads ${policies[member]}. Where its source is not heard from it could not be asked, which is neither healthy nor a breach. Leave it out.`;
    return [{ path: `/${member}`, message }];
  });
}
