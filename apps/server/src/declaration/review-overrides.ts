import type { TriggerOverride, TriggerSet, TriggersDeclared } from '@lastgood/domain';
import { acceptDeclared, declareTrigger } from '@lastgood/domain/trigger/declared-trigger';
import { lintOverrides, overriddenTriggers } from './lint-overrides.ts';
import { type DeclaredFinding, reviewHolds } from './review-triggers.ts';
import type { ServiceInput } from './service-input-schema.ts';

type Declared = Pick<ServiceInput, 'triggerSets' | 'triggerOverrides' | 'triggers' | 'workloads'>;

/** What is found of the overrides of a declaration: what refuses it, and holds that one blip can fill. */
export function reviewOverrides(
  { settings }: { settings: { judging: { intervalMs: number } } },
  { triggerSets = ['default'], triggerOverrides = [], triggers = [], workloads = [] }: Declared,
  sets: readonly TriggerSet[],
): DeclaredFinding[] {
  const overrides = triggerOverrides as TriggerOverride[];
  // Whether a trigger is for its workloads is no matter of an override.
  const known = sets.map((set) => ({ ...set, triggers: set.triggers.map(forAnyWorkload) }));
  const service: TriggersDeclared = {
    ...{ triggerSets, triggerOverrides: overrides, workloads },
    triggers: triggers.map(acceptDeclared),
  };
  const faults = lintOverrides(service, known);
  const overridden = overriddenTriggers(service, known);
  const holds = reviewHolds(overridden.map(declareTrigger), settings.judging.intervalMs);
  return [
    ...faults.map(
      ({ path, message }): DeclaredFinding => ({
        ...{ code: 'unusable', severity: 'error', message, place: null, fix: null, path },
      }),
    ),
    ...holds.map((finding) => {
      const { name } = overridden[Number(finding.path.split('/')[2])] ?? {};
      return { ...finding, path: `/triggerOverrides/${overrides.findIndex((one) => one.trigger === name)}` };
    }),
  ];
}

function forAnyWorkload({ workloadKinds: _kinds, ...trigger }: TriggerSet['triggers'][number]) {
  return trigger as TriggerSet['triggers'][number];
}
