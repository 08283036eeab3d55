import type { TriggerSet } from '@lastgood/domain';
import { toTriggerInput } from '../../declaration/trigger-input.ts';
import type * as wire from './trigger-set-schema.ts';

export function toTriggerSetDto(set: TriggerSet, warnings: string[] = []): wire.TriggerSet {
  return {
    name: set.name,
    description: set.description,
    triggers: set.triggers.map(toTriggerInput),
    warnings,
  };
}
