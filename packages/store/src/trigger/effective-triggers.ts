import {
  effectiveTriggers,
  type RollbackTrigger,
  type Service,
  statesAsIs,
  type TriggerState,
} from '@lastgood/domain';
import type { Prisma } from '../connection/prisma.ts';
import { toTriggerSet } from '../rows/service-row.ts';

/** Reads the trigger sets of these services, and no others, once, and tells which triggers are in force for each. */
export async function loadEffectiveTriggers(
  prisma: Prisma,
  services: readonly Pick<Service, 'triggerSets'>[],
): Promise<(service: Parameters<typeof effectiveTriggers>[0]) => RollbackTrigger[]> {
  const names = [...new Set(services.flatMap(({ triggerSets }) => triggerSets))];
  const sets = (await prisma.triggerSet.findMany({ where: { name: { in: names } } })).map(toTriggerSet);
  return (service) => effectiveTriggers(service, sets);
}

/** Triggers, each with where it stands for a deployment as it is; null where it has not been judged. */
export function withStates(
  triggers: readonly RollbackTrigger[],
  states: ReadonlyMap<string, TriggerState>,
  deployment: Parameters<typeof statesAsIs>[0],
) {
  const judged = statesAsIs(deployment, states);
  return triggers.map((trigger) => ({ trigger, state: judged.get(trigger.name) ?? null }));
}
