import { type RollbackTrigger, triggerKind } from '@lastgood/domain';
import { seconds } from '../wire/instant.ts';
import type { DeclaredCommon, TriggerInput } from './trigger-input-schema.ts';

export function toTriggerInput(trigger: RollbackTrigger): TriggerInput {
  const { kind, initialDelayMs, keepFiringMs } = trigger;
  const { name, severity, description, onNoData, onNotANumber, minSamples, shadow, workloadKinds, links } =
    trigger;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...triggerKind(trigger).declare(trigger),
    ...{ name, severity, description, onNoData, onNotANumber, shadow },
    ...(minSamples === undefined ? {} : { minSamples }),
    ...(workloadKinds === undefined ? {} : { workloadKinds }),
    ...(links === undefined ? {} : { links }),
    initialDelay: seconds(initialDelayMs),
    keepFiringFor: seconds(keepFiringMs),
  };
}

export function fromTriggerInput(input: TriggerInput): RollbackTrigger {
  const { own, common } = splitInput(input);
  const { initialDelay = 0, keepFiringFor = 0, ...same } = common;
  return triggerKind(input).accept(own, {
    description: '',
    onNoData: 'hold',
    onNotANumber: 'hold',
    shadow: false,
    ...same,
    initialDelayMs: initialDelay * 1000,
    keepFiringMs: keepFiringFor * 1000,
  });
}

/** What of a declaration is its kind's, and what every trigger has. */
export function splitInput(input: TriggerInput) {
  const { name, severity, description, onNoData, onNotANumber, initialDelay, keepFiringFor, ...rest } = input;
  const { minSamples, shadow, workloadKinds, links, kind: _kind, ...own } = rest;
  const given = { name, severity, description, onNoData, onNotANumber, initialDelay, keepFiringFor };
  const all = { ...given, minSamples, shadow, workloadKinds, links };
  const common = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { own, common: common as DeclaredCommon };
}
