import { variablesOf } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import type { ToldNames } from '@lastgood/store/alert/told-names';
import type { DeclaredFinding } from './review-triggers.ts';
import type { TriggerInput } from './trigger-input-schema.ts';
import type { Trial } from './try-queries.ts';
import { warnOfUntold } from './warn-of-untold.ts';

interface Told {
  store: { toldNames: ToldNames };
  configured: { signals: readonly { name: string }[] };
}

/** Of each trigger that asks for alerts whether such an alert was ever told of; of several services it is asked without their names. */
export async function reviewUntold(
  { store, configured }: Told,
  triggers: readonly TriggerInput[],
  trials: readonly Trial[],
): Promise<DeclaredFinding[]> {
  const [trial, another] = trials;
  const known = {
    toldNames: store.toldNames,
    configured: configured.signals,
    variables: trial && !another ? variablesOf(trial.service, null) : {},
  };
  const found: DeclaredFinding[] = [];
  for (const [index, trigger] of triggers.entries()) {
    if (trigger.kind !== 'alert') continue;
    for (const message of await warnOfUntold([acceptDeclared(trigger)], known))
      found.push({
        ...{ code: 'never-told', severity: 'warning', message, place: null, fix: null },
        path: `/triggers/${index}/labels`,
      });
  }
  return found;
}
