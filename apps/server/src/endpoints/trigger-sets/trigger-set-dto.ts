import type { TriggerSet } from '@lastgood/domain';
import { declareTrigger } from '@lastgood/domain/trigger/declared-trigger';
import type * as wire from './trigger-set-schema.ts';

export function toTriggerSetDto(set: TriggerSet, warnings: string[] = []): wire.TriggerSet {
  return {
    name: set.name,
    description: set.description,
    triggers: set.triggers.map(declareTrigger),
    warnings,
  };
}
