import {
  type Deployment,
  describeBeyondWindow,
  describeTrigger,
  formatReading,
  type LinkedTo,
  type PartWords,
  type Reading,
  type RollbackTrigger,
  readingInOwnWords,
  severityRank,
  standsStill,
  type TriggerState,
  triggerKind,
  triggerLinksOf,
} from '@lastgood/domain';
import type { TriggerRow } from '@lastgood/store/views/view-rows';
import { toDeclaredTriggerView } from '../../declaration/declared-trigger-view.ts';
import { iso, seconds } from '../../wire/instant.ts';
import type * as wire from './trigger-view-schema.ts';

/**
 * @param against what it is held against beside it, where something is
 * @param parts what it is made of, in words
 * @param words it with what it is held against; see `readingInOwnWords`
 */
export function toReadingDto(
  reading: Reading,
  against: { unit: string; threshold?: number },
  parts: readonly PartWords[] = [],
  words: string | null = null,
): wire.Reading {
  return {
    words,
    parts: [...parts],
    kind: reading.kind,
    // JSON has no infinity; the text says it.
    value: reading.kind === 'value' && Number.isFinite(reading.value) ? reading.value : null,
    text: formatReading(reading, against.unit, against.threshold),
  };
}

export function toTriggerView({ trigger, state }: TriggerRow, about: LinkedTo): wire.TriggerView {
  return {
    ...toDeclaredTriggerView(trigger),
    threshold: trigger.threshold,
    comparison: trigger.comparison,
    unit: trigger.unit,
    phase: state?.phase ?? 'unknown',
    since: iso(state?.since ?? null),
    heldSeconds: seconds(state?.heldMs ?? 0),
    forSeconds: seconds(trigger.forMs),
    holdLeftSeconds: state ? seconds(holdLeftMs(state.phase, state.heldMs, trigger.forMs)) : null,
    reading: readingOf(trigger, state),
    readAt: iso(state?.lastSlot ?? null),
    trouble: toTrouble(state),
    companion: toCompanion(trigger, state),
    frozen: state !== null && standsStill(state),
    links: triggerLinksOf(about, trigger),
    sentence: describeTrigger(trigger, state),
  };
}

function readingOf(trigger: RollbackTrigger, state: TriggerState | null): wire.TriggerView['reading'] {
  if (!state?.reading) return null;
  const { reading, parts = [] } = state;
  const partWords = triggerKind(trigger).words(trigger, parts);
  return toReadingDto(reading, trigger, partWords, readingInOwnWords(trigger, reading, parts));
}

function toTrouble(
  health: Pick<TriggerState, 'troubleSince' | 'troubleReason'> | null,
): wire.TriggerView['trouble'] {
  if (health?.troubleSince == null) return null;
  return { since: iso(health.troubleSince), reason: health.troubleReason ?? 'unknown' };
}

function toCompanion(
  { minSamples }: RollbackTrigger,
  state: TriggerState | null,
): wire.TriggerView['companion'] {
  if (!minSamples) return null;
  const companion = state?.companion ?? null;
  return {
    query: minSamples.query,
    atLeast: minSamples.atLeast,
    reading: companion && toReadingDto(companion.reading, { unit: '' }),
    trouble: toTrouble(companion),
  };
}

/** Why a deployment is watched beyond its window, in words; null when it is not. */
export function beyondWindowOf(
  { deployment, triggers }: { deployment: Deployment; triggers: readonly TriggerRow[] },
  now: number,
): string | null {
  const judged = triggers.flatMap(({ trigger, state }) => (state ? [{ trigger, state }] : []));
  return describeBeyondWindow(deployment, judged, now);
}

/** Whether a trigger, or its companion, cannot be asked. */
function isInTrouble({ state }: TriggerRow): boolean {
  return state !== null && (state.troubleSince !== null || state.companion?.troubleSince != null);
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
    (isInTrouble({ trigger, state }) ? 10 : 0) +
    (trigger.shadow ? 0 : severityRank[trigger.severity]);
  return [...rows].sort((a, b) => rank(b) - rank(a) || a.trigger.name.localeCompare(b.trigger.name));
}
