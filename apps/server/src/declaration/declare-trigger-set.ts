import type { TriggerSet } from '@lastgood/domain';
import { fromTriggerInput } from '../dto/trigger-dto.ts';
import type { Wire } from '../operations.ts';
import { type Lint, refuse } from './declaration-faults.ts';
import { lintTriggers } from './lint-triggers.ts';

/** A trigger set as declared, or a 422 that names every wrong member. */
export function declareTriggerSet(name: string, input: Wire<'TriggerSetInput'>, lint: Lint): TriggerSet {
  refuse(lintTriggers(input.triggers, lint));
  return { name, description: input.description ?? '', triggers: input.triggers.map(fromTriggerInput) };
}
