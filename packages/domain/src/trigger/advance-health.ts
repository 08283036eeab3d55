import { waitsForPod } from './not-known-yet.ts';
import type { Reading } from './reading.ts';
import type { CompanionState, TriggerState } from './trigger-state.ts';

/*
 * The health of a trigger's questions, apart from its phase: whether the query, and the companion of `minSamples`, can be used.
 * Each is in trouble from the first answer that cannot be used to the first that can.
 *
 * Of what a rollback takes back, that its series end and its pods are gone is what the rollback is for: no trouble begins with that,
 * and one that goes on does not end with it. What cannot be asked for another reason is trouble there, too.
 */

/** Which question of a trigger is meant. */
export type TriggerQuestion = 'query' | 'companion';

export type HealthEvent =
  | { type: 'trouble'; of: TriggerQuestion; reason: string }
  | { type: 'recovered'; of: TriggerQuestion };

type Health = Pick<TriggerState, 'troubleSince' | 'troubleReason'>;

export function advanceHealth(
  before: Health,
  reading: Reading,
  slot: number,
  takenBack: boolean,
): { health: Health; events: HealthEvent[] } {
  return advance('query', before, begunBy(reading, troubleOf(reading), before, takenBack), slot);
}

/** Null without a companion. */
export function advanceCompanion(
  before: CompanionState | null,
  reading: Reading | null,
  slot: number,
  takenBack: boolean,
): { companion: CompanionState | null; events: HealthEvent[] } {
  if (!reading) return { companion: null, events: [] };
  const healthBefore = before ?? { troubleSince: null, troubleReason: null };
  const reason = begunBy(reading, troubleOfCompanion(reading), healthBefore, takenBack);
  const { health, events } = advance('companion', healthBefore, reason, slot);
  return { companion: { reading, ...health }, events };
}

function advance(
  of: TriggerQuestion,
  { troubleSince }: Health,
  reason: string | null,
  slot: number,
): { health: Health; events: HealthEvent[] } {
  if (reason === null) {
    const events: HealthEvent[] = troubleSince === null ? [] : [{ type: 'recovered', of }];
    return { health: { troubleSince: null, troubleReason: null }, events };
  }
  const events: HealthEvent[] = troubleSince === null ? [{ type: 'trouble', of, reason }] : [];
  return { health: { troubleSince: troubleSince ?? slot, troubleReason: reason }, events };
}

/** The reason, but for what is taken back and was not in trouble none that is expected of it. */
function begunBy(
  reading: Reading,
  reason: string | null,
  { troubleSince }: Health,
  takenBack: boolean,
): string | null {
  const isExpected =
    reading.kind === 'unreachable' ? reading.reason === waitsForPod : reading.kind !== 'ambiguous';
  return takenBack && troubleSince === null && isExpected ? null : reason;
}

/** Why a reading cannot be used; null when it can. What no number means is for the policies of the trigger to say. */
function troubleOf(reading: Reading): string | null {
  if (reading.kind === 'unreachable') return reading.reason;
  if (reading.kind === 'ambiguous')
    return `the query answered ${reading.count} series where one was expected`;
  return null;
}

/** A companion has no policies: without a number it cannot say whether there were enough samples. */
function troubleOfCompanion(reading: Reading): string | null {
  if (reading.kind === 'no-data') return 'it answers nothing';
  if (reading.kind === 'not-a-number') return 'it answers no number';
  return troubleOf(reading);
}
