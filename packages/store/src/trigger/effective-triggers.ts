import { effectiveTriggers, type RollbackTrigger, type Service, type TriggerState } from '@lastgood/domain';
import type { Prisma } from '../connection/prisma.ts';
import { toTriggerSet } from '../rows/service-row.ts';

/** Reads the trigger sets once and tells, for any number of services, which triggers are in force. */
export async function loadEffectiveTriggers(
  prisma: Prisma,
): Promise<(service: Service) => RollbackTrigger[]> {
  const sets = (await prisma.triggerSet.findMany()).map(toTriggerSet);
  return (service) => effectiveTriggers(service, sets);
}

/** Triggers, each with where it stands for a deployment; null where it has not been judged. */
export function withStates(triggers: readonly RollbackTrigger[], states: ReadonlyMap<string, TriggerState>) {
  return triggers.map((trigger) => ({ trigger, state: states.get(trigger.name) ?? null }));
}
