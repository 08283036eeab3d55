import { effectiveTriggers, isAutomatic, type Service, type TriggerSet } from '@lastgood/domain';
import { mostFaults } from '../problems/listed-faults.ts';

const consequence = 'nothing will be rolled back by itself, and no release can become verified.';

/** A warning when no automatic trigger would watch a service; empty when one does. */
export function warnIfNothingActs(service: Service, sets: readonly TriggerSet[]): string[] {
  return effectiveTriggers(service, sets).some(isAutomatic)
    ? []
    : [`No automatic trigger watches ${service.key}: ${consequence}`];
}

/** The same for a set: about the services that refer to it, or where none does about the set itself. */
export function warnIfSetLeavesNothing(
  set: TriggerSet,
  users: readonly Service[],
  sets: readonly TriggerSet[],
): string[] {
  const applied = [...sets.filter(({ name }) => name !== set.name), set];
  if (users.length > 0) {
    const warnings = users.flatMap((service) => warnIfNothingActs(service, applied));
    const more = warnings.length - mostFaults;
    return more > 0
      ? [...warnings.slice(0, mostFaults), `The same is true of ${more} more services.`]
      : warnings;
  }
  return set.triggers.some(isAutomatic)
    ? []
    : [`No trigger of the set ${set.name} is automatic. Of a service that has no other: ${consequence}`];
}
