import { triggerVariables } from '@lastgood/domain';
import { type DeclarationFault, duplicates, type Lint } from './declaration-faults.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

export const knownVariables = Object.keys(triggerVariables);

/** What is wrong with declared triggers: names given twice and queries that cannot be asked. */
export function lintTriggers(triggers: readonly TriggerInput[], lint: Lint): DeclarationFault[] {
  const queries = triggers.flatMap((trigger, index) => [
    ...lintQuery(trigger.query, `/triggers/${index}/query`, lint),
    ...(trigger.minSamples
      ? lintQuery(trigger.minSamples.query, `/triggers/${index}/minSamples/query`, lint)
      : []),
  ]);
  const names = triggers.map((trigger) => trigger.name);
  return [...queries, ...duplicates(names, (index) => `/triggers/${index}/name`)];
}

function lintQuery(query: string, path: string, lint: Lint): DeclarationFault[] {
  return lint(query, knownVariables).map((message) => ({ path, message }));
}
