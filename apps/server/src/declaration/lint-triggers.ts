import { isAutomatic, type RollbackTrigger, triggerKind, triggerVariables } from '@lastgood/domain';
import { type DeclarationFault, duplicates, type QueryLint } from './declaration-faults.ts';
import { inTurns } from './in-turns.ts';
import { faultsIn } from './lint-links.ts';
import { fromTriggerInput, splitInput } from './trigger-input.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

export const knownVariables = Object.keys(triggerVariables);

/** What is wrong with declared triggers: names given twice, queries that cannot be asked and those whose silence is not decided. */
export async function lintTriggers(
  triggers: readonly TriggerInput[],
  queries: QueryLint,
): Promise<DeclarationFault[]> {
  const names = triggers.map((trigger) => trigger.name);
  return [
    ...(await inTurns(triggers, (trigger, index) => lintTrigger(trigger, `/triggers/${index}`, queries))),
    ...duplicates(names, (index) => `/triggers/${index}/name`),
  ];
}

function lintTrigger(trigger: TriggerInput, path: string, queries: QueryLint): DeclarationFault[] {
  const { minSamples } = trigger;
  const kind = triggerKind(trigger);
  const faults = kind.lint(splitInput(trigger).own);
  if (faults.length > 0) return faults.map((fault) => ({ ...fault, path: `${path}${fault.path}` }));
  const own = kind.queries(fromTriggerInput(trigger));
  return [
    ...own.flatMap(({ member, template }) => lintQuery(template, `${path}/${member}`, queries)),
    ...own.flatMap(({ member, template }) => lintSilence(trigger, template, `${path}/${member}`, queries)),
    ...faultsIn(trigger.links, path),
    ...(minSamples ? lintCompanion(minSamples.query, `${path}/minSamples/query`, queries) : []),
  ];
}

function lintQuery(query: string, path: string, { lint }: QueryLint): DeclarationFault[] {
  return lint(query, knownVariables).map((message) => ({ path, message }));
}

/** Held, an empty answer that means *healthy* joins blips far apart into one breach: what it means must be said. */
function lintSilence(
  { onNoData }: TriggerInput,
  query: string,
  path: string,
  queries: QueryLint,
): DeclarationFault[] {
  const empty = queries.emptyWhenHealthy(query);
  if (!empty || (onNoData !== undefined && onNoData !== 'hold')) return [];
  const otherwise = 'Or keep the query and say onNoData: healthy (or breach)';
  const because = 'with hold, nothing between two blips would make one breach of them.';
  return [{ path, message: `${empty.why} ${empty.instead} ${otherwise}: ${because}` }];
}

function lintCompanion(query: string, path: string, queries: QueryLint): DeclarationFault[] {
  const empty = queries.emptyWhenHealthy(query);
  if (!empty) return lintQuery(query, path, queries);
  return [{ path, message: `${empty.why} Ask for the number of samples itself: atLeast compares it.` }];
}

/** What may be saved and should be known: silence that is healthy by declaration is nothing seen. */
export function doubtsAboutSilence(triggers: readonly RollbackTrigger[], queries: QueryLint): string[] {
  return triggers.filter(isAutomatic).flatMap((trigger) => {
    const { name } = trigger;
    const own = triggerKind(trigger).queries(trigger);
    const empty = own.map(({ template }) => queries.emptyWhenHealthy(template)).find((one) => one !== null);
    if (!empty) return [];
    return [
      `${name}: ${empty.why} That proves nothing: no release that ${name} watches can become verified. ${empty.instead}`,
    ];
  });
}
