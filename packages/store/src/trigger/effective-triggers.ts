import { effectiveTriggers, type RollbackTrigger, type Service, type TriggerState } from '@lastgood/domain';
import type { Prisma } from '../connection/prisma.ts';
import type { TriggerState as StateRow } from '../generated/client.ts';
import { toTriggerSet } from '../rows/service-row.ts';
import { toTriggerState } from '../rows/trigger-row.ts';

/** Reads the trigger sets once and tells, for any number of services, which triggers are in force. */
export async function loadEffectiveTriggers(
  prisma: Prisma,
): Promise<(service: Service) => RollbackTrigger[]> {
  const sets = (await prisma.triggerSet.findMany()).map(toTriggerSet);
  return (service) => effectiveTriggers(service, sets);
}

/** A deployment's states by trigger. */
export function statesOf(rows: readonly StateRow[]): Map<string, TriggerState> {
  return new Map(rows.map((row) => [row.trigger, toTriggerState(row)]));
}

/** Triggers, each with where it stands for a deployment; null where it has not been judged. */
export function withStates(triggers: readonly RollbackTrigger[], rows: readonly StateRow[]) {
  const states = statesOf(rows);
  return triggers.map((trigger) => ({ trigger, state: states.get(trigger.name) ?? null }));
}
