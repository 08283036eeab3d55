import { effectiveTriggers, type Service, type TriggerSet, triggerKind } from '@lastgood/domain';
import type { DeclarationFault } from './declaration-faults.ts';

/**
 * What may watch one service: its own triggers with those of its sets, of which it may name twenty. Characters of their queries, of
 * companions too: as much as one document has room for. All of it is read in every slot and shown on one page.
 */
const most = { triggers: 200, chars: 262_144 } as const;

/** A fault when more triggers, or longer ones, would be in force for a service than can be judged in time. */
export function tooMuchInForce(
  service: Service,
  sets: readonly TriggerSet[],
  path: string,
): DeclarationFault[] {
  const triggers = effectiveTriggers(service, sets);
  const queries = triggers.flatMap((trigger) => [
    ...triggerKind(trigger)
      .queries(trigger)
      .map(({ template }) => template),
    trigger.minSamples?.query ?? '',
  ]);
  const chars = queries.reduce((sum, query) => sum + query.length, 0);
  if (triggers.length <= most.triggers && chars <= most.chars) return [];
  const [have, may] = [words(triggers.length, chars), words(most.triggers, most.chars)];
  return [
    {
      path,
      message: `${service.key} would be watched by ${have}, its sets included; at most ${may} are judged. Name fewer sets, or write fewer or shorter queries.`,
    },
  ];
}

/** The same for a set that is about to be applied: a fault for each service that refers to it and would have too much. */
export function tooMuchBySet(
  set: TriggerSet,
  users: readonly Service[],
  sets: readonly TriggerSet[],
): DeclarationFault[] {
  const applied = [...sets.filter(({ name }) => name !== set.name), set];
  return users.flatMap((service) => tooMuchInForce(service, applied, '/triggers'));
}

function words(triggers: number, chars: number): string {
  return `${triggers} triggers with ${chars} characters of queries`;
}
