import {
  describeTrigger,
  formatReading,
  type Reading,
  type RollbackTrigger,
  severityRank,
  type TriggerSet,
  type TriggerState,
} from '@lastgood/domain';
import type { TriggerRow } from '@lastgood/store/views/view-rows';
import type { Wire } from '../operations.ts';
import { iso, seconds } from './instant.ts';

export function toReadingDto(reading: Reading, unit: string): Wire<'Reading'> {
  return {
    kind: reading.kind,
    // JSON has no infinity; the text says it.
    value: reading.kind === 'value' && Number.isFinite(reading.value) ? reading.value : null,
    text: formatReading(reading, unit),
  };
}

export function toTriggerView({ trigger, state }: TriggerRow): Wire<'TriggerView'> {
  return {
    name: trigger.name,
    description: trigger.description,
    severity: trigger.severity,
    shadow: trigger.shadow,
    query: trigger.query,
    threshold: trigger.threshold,
    comparison: trigger.comparison,
    unit: trigger.unit,
    phase: state?.phase ?? 'unknown',
    since: iso(state?.since ?? null),
    heldSeconds: seconds(state?.heldMs ?? 0),
    forSeconds: seconds(trigger.forMs),
    holdLeftSeconds: state ? seconds(holdLeftMs(state.phase, state.heldMs, trigger.forMs)) : null,
    reading: state?.reading ? toReadingDto(state.reading, trigger.unit) : null,
    readAt: iso(state?.lastSlot ?? null),
    trouble:
      state?.troubleSince != null
        ? { since: iso(state.troubleSince), reason: state.troubleReason ?? 'unknown' }
        : null,
    sentence: describeTrigger(trigger, state),
  };
}

/** Until it fires; null unless pending. */
export function holdLeftMs(phase: TriggerState['phase'], heldMs: number, forMs: number): number | null {
  return phase === 'pending' ? Math.max(0, forMs - heldMs) : null;
}

const phaseRank = { firing: 3, pending: 2, unknown: 1, inactive: 0 } as const;

/** Firing before pending before the rest; among equals those in trouble, then the graver severity. */
export function worstFirst(rows: readonly TriggerRow[]): TriggerRow[] {
  const rank = ({ trigger, state }: TriggerRow) =>
    phaseRank[state?.phase ?? 'unknown'] * 100 +
    (state?.troubleSince != null ? 10 : 0) +
    (trigger.shadow ? 0 : severityRank[trigger.severity]);
  return [...rows].sort((a, b) => rank(b) - rank(a) || a.trigger.name.localeCompare(b.trigger.name));
}

export function toTriggerInput(trigger: RollbackTrigger): Wire<'TriggerInput'> {
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

export function fromTriggerInput(input: Wire<'TriggerInput'>): RollbackTrigger {
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

export function toTriggerSetDto(set: TriggerSet, warnings: string[] = []): Wire<'TriggerSet'> {
  return {
    name: set.name,
    description: set.description,
    triggers: set.triggers.map(toTriggerInput),
    warnings,
  };
}
