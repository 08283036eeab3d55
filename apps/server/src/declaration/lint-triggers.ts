import { isAutomatic, type RollbackTrigger, triggerKind } from '@lastgood/domain';
import { type DeclarationFault, duplicates, type QueryLint } from './declaration-faults.ts';
import { faultsIn } from './lint-links.ts';
import { reviewTriggers } from './review-triggers.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

/** What is wrong with declared triggers: names given twice, queries that cannot be asked and those whose silence is not decided. */
export async function lintTriggers(
  triggers: readonly TriggerInput[],
  queries: QueryLint,
): Promise<DeclarationFault[]> {
  const names = triggers.map((trigger) => trigger.name);
  const found = await reviewTriggers(triggers, queries);
  return [
    ...found
      .filter(({ severity }) => severity === 'error')
      .map(({ path, message }): DeclarationFault => ({ path, message })),
    ...triggers.flatMap(({ links }, index) => faultsIn(links, `/triggers/${index}`)),
    ...duplicates(names, (index) => `/triggers/${index}/name`),
  ];
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
