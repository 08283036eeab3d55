import { advanceCompanion, advanceHealth, type HealthEvent } from './advance-health.ts';
import type { TriggerPart } from './part.ts';
import { breaches, provesHealth } from './proves-health.ts';
import type { Reading } from './reading.ts';
import type { RollbackTrigger } from './trigger.ts';
import type { TriggerState } from './trigger-state.ts';

/*
 * The trigger machine: unknown -> inactive <-> pending -> firing -> (resolved) inactive, or (ended) unknown.
 *
 * - A reading says *breach*, *healthy* or nothing (the policy `hold`). Nothing changes no phase and adds nothing to what is counted.
 * - The first breach makes it pending; `forMs = 0` fires at once.
 * - How long a breach lasts = sum over successive breach readings of min(time between them, one interval). So a gap of whatever cause
 *   counts one interval at the most, and a gap longer than `outageToleranceMs` starts the counting again.
 * - pending fires when it has lasted `forMs`; a healthy reading before that starts from zero.
 * - firing resolves on a healthy reading, `keepFiringMs` after the last breach at the earliest.
 * - A trigger that can tell nothing any more (`over`) ends what it said: from pending or firing to unknown, which is neither healthy
 *   nor in breach.
 * - While a deployment settles, a breach says nothing until the first healthy reading: the query's window still holds
 *   what the version before it did.
 * - A slot is judged once: one that is not newer than the last changes nothing.
 */

export interface EvaluationRules {
  /** Distance of two slots. */
  intervalMs: number;
  /** A longer gap between two breach readings starts the counting again. */
  outageToleranceMs: number;
}

export type TriggerEvent =
  | { type: 'pending' }
  | { type: 'fired' }
  | { type: 'resolved' }
  | { type: 'ended' }
  | HealthEvent;

export interface Advance {
  state: TriggerState;
  events: TriggerEvent[];
}

/** What a reading says about a trigger; `hold` says nothing. */
export type Signal = 'breach' | 'healthy' | 'hold';

export const initialTriggerState: TriggerState = {
  phase: 'unknown',
  since: 0,
  heldMs: 0,
  lastSlot: null,
  lastJudgedSlot: null,
  lastBreachSlot: null,
  reading: null,
  troubleSince: null,
  troubleReason: null,
  companion: null,
  slotsAsked: 0,
  slotsHealthy: 0,
  everFired: false,
};

/** What a trigger is judged by in one slot. */
export interface TriggerReading {
  trigger: RollbackTrigger;
  /** Null in its first slot. */
  before: TriggerState | null;
  slot: number;
  reading: Reading;
  /** What it is made of, to be told; it is judged by the reading alone. */
  parts?: TriggerPart[];
  /** The companion reading of `minSamples`; a breach on too few samples says nothing. */
  samples: Reading | null;
  rules: EvaluationRules;
  /** Whether this slot counts towards `verified` (slots of the watch window do). */
  counts: boolean;
  /** Whether the deployment settles still; see `isSettling`. */
  settling: boolean;
  /** Whether a rollback is at work on the deployment; see `Watched.isTakenBack`. */
  takenBack?: boolean;
}

export function advanceTrigger(given: TriggerReading): Advance {
  const { trigger, before, slot, reading, parts, samples, counts, settling, takenBack = false } = given;
  const state: TriggerState = before ?? { ...initialTriggerState, since: slot };
  if (state.lastSlot !== null && slot <= state.lastSlot) return { state, events: [] };
  const query = advanceHealth(state, reading, slot, takenBack);
  const companion = advanceCompanion(state.companion, samples, slot, takenBack);
  // Written out: rest and spread make objects that are slow to copy, and this is done thousands of times a slot.
  const known: TriggerState = {
    phase: state.phase,
    since: state.since,
    heldMs: state.heldMs,
    lastSlot: slot,
    lastJudgedSlot: state.lastJudgedSlot,
    lastBreachSlot: state.lastBreachSlot,
    reading,
    troubleSince: query.health.troubleSince,
    troubleReason: query.health.troubleReason,
    companion: companion.companion,
    slotsAsked: state.slotsAsked + (counts ? 1 : 0),
    slotsHealthy: state.slotsHealthy + (counts && provesHealth(trigger, reading, samples) ? 1 : 0),
    everFired: state.everFired,
  };
  if (parts) known.parts = parts;
  const said = readSignal(trigger, reading, samples);
  const signal = settling && state.phase === 'unknown' && said === 'breach' ? 'hold' : said;
  const phase = advancePhase(given, known, signal);
  return { state: phase.state, events: [...query.events, ...companion.events, ...phase.events] };
}

export function readSignal(trigger: RollbackTrigger, reading: Reading, samples: Reading | null): Signal {
  switch (reading.kind) {
    case 'value': {
      if (!breaches(trigger, reading.value)) return 'healthy';
      return enoughSamples(trigger, samples) ? 'breach' : 'hold';
    }
    case 'no-data':
      // That it can tell nothing any more is no silence that could be a breach.
      return reading.over && trigger.onNoData === 'breach' ? 'hold' : trigger.onNoData;
    case 'not-a-number':
      return trigger.onNotANumber;
    case 'unreachable':
    case 'ambiguous':
      return 'hold';
  }
}

/** Whether the newest reading of a trigger says breach: what fires on an older one is not confirmed. */
export function isBreachingNow(state: TriggerState): boolean {
  return state.lastBreachSlot !== null && state.lastBreachSlot === state.lastSlot;
}

function enoughSamples(trigger: RollbackTrigger, samples: Reading | null): boolean {
  if (!trigger.minSamples) return true;
  return samples?.kind === 'value' && samples.value >= trigger.minSamples.atLeast;
}

function advancePhase(given: TriggerReading, state: TriggerState, signal: Signal): Advance {
  const { trigger, slot, reading } = given;
  if (signal === 'hold') return isOver(reading) ? onOver(state, slot) : { state, events: [] };
  const judged = { ...state, lastJudgedSlot: slot };
  return signal === 'breach' ? onBreach(given, judged) : onHealthy(trigger, judged, slot);
}

function onBreach({ trigger, slot, rules }: TriggerReading, state: TriggerState): Advance {
  const gap = state.lastBreachSlot === null ? null : slot - state.lastBreachSlot;
  const next = { ...state, lastBreachSlot: slot };
  if (state.phase === 'firing') return { state: next, events: [] };
  const starts = state.phase !== 'pending' || gap === null || gap > rules.outageToleranceMs;
  const heldMs = starts ? 0 : state.heldMs + Math.min(gap, rules.intervalMs);
  const began: TriggerEvent[] = state.phase === 'pending' ? [] : [{ type: 'pending' }];
  if (heldMs >= trigger.forMs) {
    return {
      state: { ...next, phase: 'firing', since: slot, heldMs, everFired: true },
      events: [...began, { type: 'fired' }],
    };
  }
  return { state: { ...next, phase: 'pending', since: starts ? slot : state.since, heldMs }, events: began };
}

function isOver(reading: Reading): boolean {
  return reading.kind === 'no-data' && reading.over === true;
}

/** What it said cannot be kept up by what says nothing for good; nor has anything recovered. */
function onOver(state: TriggerState, slot: number): Advance {
  if (state.phase !== 'pending' && state.phase !== 'firing') return { state, events: [] };
  return { state: { ...state, phase: 'unknown', since: slot, heldMs: 0 }, events: [{ type: 'ended' }] };
}

function onHealthy(trigger: RollbackTrigger, state: TriggerState, slot: number): Advance {
  if (state.phase === 'inactive') return { state, events: [] };
  if (state.phase === 'firing' && slot - (state.lastBreachSlot ?? slot) < trigger.keepFiringMs)
    return { state, events: [] };
  const events: TriggerEvent[] = state.phase === 'unknown' ? [] : [{ type: 'resolved' }];
  return { state: { ...state, phase: 'inactive', since: slot, heldMs: 0 }, events };
}
