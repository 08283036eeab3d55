import type { TriggerFault } from '../trigger/kinds/trigger-kind.ts';
import {
  overriddenTrigger,
  overrideInWords,
  type TriggerOverride,
  unfitOverride,
} from '../trigger/override.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerSet } from '../trigger/trigger-set.ts';
import type { Service } from './service.ts';

/** What of a service's declaration says which triggers watch it. */
export type TriggersDeclared = Pick<Service, 'triggerSets' | 'triggerOverrides' | 'triggers' | 'workloads'>;

/**
 * The triggers that watch a service: those of its sets in order, the last of a name with what the service overrides of it, then its
 * own in place of theirs. An override that does not fit its trigger, or has none, does nothing; see `overrideFaults`.
 */
export function effectiveTriggers(service: TriggersDeclared, sets: readonly TriggerSet[]): RollbackTrigger[] {
  const byName = new Map([...sharedTriggers(service, sets)].map(([name, { trigger }]) => [name, trigger]));
  for (const override of service.triggerOverrides) {
    const shared = byName.get(override.trigger);
    if (!shared || unfitOverride(shared, override).length > 0) continue;
    const is = overriddenTrigger(shared, override);
    if (is) byName.set(is.name, is);
    else byName.delete(shared.name);
  }
  for (const trigger of service.triggers) byName.set(trigger.name, trigger);
  return [...byName.values()].filter((trigger) => isForWorkloadOf(trigger, service));
}

/** Queries ask of the first workload (`$WORKLOAD`); for another kind they would only ever be empty. */
export function isForWorkloadOf(
  { workloadKinds }: Pick<RollbackTrigger, 'workloadKinds'>,
  { workloads: [asked] }: Pick<Service, 'workloads'>,
): boolean {
  return !workloadKinds || (asked !== undefined && workloadKinds.includes(asked.kind));
}

/** What an override does to a trigger of the sets, in words. */
export interface AppliedOverride {
  trigger: string;
  /** Whether it changes its trigger, takes it away, or does nothing, and then why. */
  effect: 'changed' | 'off' | 'none';
  words: string[];
}

export function appliedOverrides(service: TriggersDeclared, sets: readonly TriggerSet[]): AppliedOverride[] {
  const shared = sharedTriggers(service, sets);
  return service.triggerOverrides.map((override) => {
    const { trigger: name, off } = override;
    const faults = overrideFaults(override, service, sets);
    const from = shared.get(name);
    if (!from || faults.length > 0)
      return { trigger: name, effect: 'none', words: faults.map(({ path, message }) => said(path, message)) };
    const words = overrideInWords(from.trigger, override, from.set);
    return { trigger: name, effect: off ? 'off' : 'changed', words };
  });
}

/** Why an override does nothing; empty when it does something. Paths are within the override. */
export function overrideFaults(
  override: TriggerOverride,
  service: TriggersDeclared,
  sets: readonly TriggerSet[],
): TriggerFault[] {
  const { trigger: name } = override;
  if (service.triggers.some((own) => own.name === name))
    return [{ path: '/trigger', message: `${name} is a trigger of the service's own: change it there.` }];
  const shared = sharedTriggers(service, sets);
  const from = shared.get(name);
  if (from) return unfitOverride(from.trigger, override);
  const names = [...shared.keys()].join(', ') || 'none';
  return [{ path: '/trigger', message: `no set of the service has ${name}. They have ${names}.` }];
}

/** The triggers of its sets by their names, each with the set that it is of: the last one that has it. */
function sharedTriggers(
  { triggerSets }: Pick<Service, 'triggerSets'>,
  sets: readonly TriggerSet[],
): Map<string, { set: string; trigger: RollbackTrigger }> {
  const shared = new Map<string, { set: string; trigger: RollbackTrigger }>();
  for (const set of triggerSets)
    for (const trigger of sets.find(({ name }) => name === set)?.triggers ?? [])
      shared.set(trigger.name, { set, trigger });
  return shared;
}

/** "/threshold", "is ..." -> "threshold is ..." */
function said(path: string, message: string): string {
  const member = path === '/trigger' ? '' : path.split('/')[1];
  return member ? `${member} ${message}` : message;
}
