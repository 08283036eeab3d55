import type { TriggerSet } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { type QueryLint, refuse } from './declaration-faults.ts';
import { lintTriggers } from './lint-triggers.ts';
import type { TriggerSetInput } from './trigger-input-schema.ts';

/** A trigger set as declared, or a 422 that names every wrong member. */
export async function declareTriggerSet(
  name: string,
  input: TriggerSetInput,
  queries: QueryLint,
): Promise<TriggerSet> {
  refuse(await lintTriggers(input.triggers, queries));
  return { name, description: input.description ?? '', triggers: input.triggers.map(acceptDeclared) };
}
