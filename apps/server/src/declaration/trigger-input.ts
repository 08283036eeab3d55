import type { RollbackTrigger } from '@lastgood/domain';
import { seconds } from '../wire/instant.ts';
import type { TriggerInput } from './trigger-input-schema.ts';

export function toTriggerInput(trigger: RollbackTrigger): TriggerInput {
  const { forMs, initialDelayMs, keepFiringMs, ...same } = trigger;
  return {
    ...same,
    forDuration: seconds(forMs),
    initialDelay: seconds(initialDelayMs),
    keepFiringFor: seconds(keepFiringMs),
  };
}

export function fromTriggerInput(input: TriggerInput): RollbackTrigger {
  const { forDuration, initialDelay = 0, keepFiringFor = 0, ...same } = input;
  return {
    unit: '',
    description: '',
    onNoData: 'hold',
    onNotANumber: 'hold',
    shadow: false,
    ...same,
    forMs: forDuration * 1000,
    initialDelayMs: initialDelay * 1000,
    keepFiringMs: keepFiringFor * 1000,
  };
}
