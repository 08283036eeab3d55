import {
  appliedOverrides,
  effectiveTriggers,
  overrideFaults,
  type RollbackTrigger,
  type Service,
  type TriggerOverride,
  type TriggerSet,
  type TriggersDeclared,
} from '@lastgood/domain';
import { someOf } from '../problems/listed-faults.ts';
import { type DeclarationFault, duplicates } from './declaration-faults.ts';

/** What is wrong with the overrides of a service: no such trigger, members that its kind does not have, values that cannot work. */
export function lintOverrides(service: TriggersDeclared, sets: readonly TriggerSet[]): DeclarationFault[] {
  const overrides = service.triggerOverrides;
  return [
    ...overrides.flatMap((override, index) =>
      overrideFaults(override, service, sets).map(({ path, message }) => ({
        path: `/triggerOverrides/${index}${path}`,
        message,
      })),
    ),
    ...duplicates(
      overrides.map(({ trigger }) => trigger),
      (index) => `/triggerOverrides/${index}/trigger`,
    ),
  ];
}

/** The triggers of a service that are not as its sets have them. */
export function overriddenTriggers(
  service: TriggersDeclared,
  sets: readonly TriggerSet[],
): RollbackTrigger[] {
  const changed = new Set(
    appliedOverrides(service, sets).flatMap(({ trigger, effect }) => (effect === 'changed' ? [trigger] : [])),
  );
  return effectiveTriggers(service, sets).filter(({ name }) => changed.has(name));
}

/** The overrides that would do nothing any more with a set as it is about to be applied, a fault for each trigger. */
export function unfitBySet(
  set: TriggerSet,
  users: readonly Service[],
  sets: readonly TriggerSet[],
): DeclarationFault[] {
  const applied = [...sets.filter(({ name }) => name !== set.name), set];
  const fits = (one: TriggerOverride, service: Service, of: readonly TriggerSet[]) =>
    overrideFaults(one, service, of).length === 0;
  const unfit = users.flatMap((service) =>
    service.triggerOverrides
      .filter((one) => fits(one, service, sets) && !fits(one, service, applied))
      .map((one) => ({ key: service.key, trigger: one.trigger, override: one, service })),
  );
  return [...Map.groupBy(unfit, ({ trigger }) => trigger)].map(([trigger, them]) => {
    const [first] = them;
    const why = first ? overrideFaults(first.override, first.service, applied)[0]?.message : '';
    return {
      path: placeOf(set, trigger),
      message: `${trigger} is overridden by ${someOf(them.map(({ key }) => key))}: with this set that would do nothing (${why})`,
    };
  });
}

/** What to do about that, as an end of each of those faults. */
export const wayOut =
  'Change their declarations first, or apply the set with overrides=leave: they follow the set then, and each of them says so.';

function placeOf({ triggers }: TriggerSet, name: string): string {
  const index = triggers.findIndex((trigger) => trigger.name === name);
  return index < 0 ? '/triggers' : `/triggers/${index}`;
}
