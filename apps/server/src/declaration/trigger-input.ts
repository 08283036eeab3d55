import type { RollbackTrigger } from '@lastgood/domain';
import { seconds } from '../wire/instant.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

export function toTriggerInput(trigger: RollbackTrigger): TriggerInput {
  return {
    name: trigger.name,
    query: trigger.query,
    threshold: trigger.threshold,
    comparison: trigger.comparison,
    forDuration: seconds(trigger.forMs),
    severity: trigger.severity,
    unit: trigger.unit,
    description: trigger.description,
    onNoData: trigger.onNoData,
    onNotANumber: trigger.onNotANumber,
    initialDelay: seconds(trigger.initialDelayMs),
    keepFiringFor: seconds(trigger.keepFiringMs),
    ...(trigger.minSamples ? { minSamples: trigger.minSamples } : {}),
    shadow: trigger.shadow,
    ...(trigger.workloadKinds ? { workloadKinds: trigger.workloadKinds } : {}),
  };
}

export function fromTriggerInput(input: TriggerInput): RollbackTrigger {
  return {
    name: input.name,
    query: input.query,
    threshold: input.threshold,
    comparison: input.comparison,
    forMs: input.forDuration * 1000,
    severity: input.severity,
    unit: input.unit ?? '',
    description: input.description ?? '',
    onNoData: input.onNoData ?? 'hold',
    onNotANumber: input.onNotANumber ?? 'hold',
    initialDelayMs: (input.initialDelay ?? 0) * 1000,
    keepFiringMs: (input.keepFiringFor ?? 0) * 1000,
    ...(input.minSamples ? { minSamples: input.minSamples } : {}),
    shadow: input.shadow ?? false,
    ...(input.workloadKinds ? { workloadKinds: input.workloadKinds } : {}),
  };
}
