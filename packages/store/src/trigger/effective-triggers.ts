import {
  type AppliedOverride,
  appliedOverrides,
  effectiveTriggers,
  type RollbackTrigger,
  type Service,
  statesAsIs,
  type TriggerSet,
  type TriggerState,
  type TriggersDeclared,
} from '@lastgood/domain';
import type { Prisma } from '../connection/prisma.ts';
import { toTriggerSet } from '../rows/service-row.ts';

/** Reads the trigger sets of these services, and no others, once, and tells which triggers are in force for each. */
export async function loadEffectiveTriggers(
  prisma: Prisma,
  services: readonly Pick<Service, 'triggerSets'>[],
): Promise<(service: TriggersDeclared) => RollbackTrigger[]> {
  const sets = await loadSets(prisma, services);
  return (service) => effectiveTriggers(service, sets);
}

/** The same for what they say otherwise than their sets; of services that say nothing no set is read. */
export async function loadOverrides(
  prisma: Prisma,
  services: readonly TriggersDeclared[],
): Promise<(service: TriggersDeclared) => AppliedOverride[]> {
  const sets = await loadSets(
    prisma,
    services.filter(({ triggerOverrides }) => triggerOverrides.length > 0),
  );
  return (service) => appliedOverrides(service, sets);
}

async function loadSets(
  prisma: Prisma,
  services: readonly Pick<Service, 'triggerSets'>[],
): Promise<TriggerSet[]> {
  const names = [...new Set(services.flatMap(({ triggerSets }) => triggerSets))];
  if (names.length === 0) return [];
  return (await prisma.triggerSet.findMany({ where: { name: { in: names } } })).map(toTriggerSet);
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
