import type { Decision, Reading, TriggerPart, TriggerState } from '@lastgood/domain';
import { fromJson, storable, toJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { Decision as DecisionRow, TriggerState as StateRow } from '../generated/client.ts';
import { ms, type Stored } from './instants.ts';

/** A reading as three columns: an infinite number is a value, and no number is never 0. */
export interface ReadingColumns {
  kind: string | null;
  value: number | null;
  detail: string | null;
}

/** Beside a reading without data: there will be none any more. */
const over = 'over';

export function toReading({ kind, value, detail }: ReadingColumns): Reading | null {
  switch (kind) {
    case null:
      return null;
    case 'value':
      if (value === null) throw new Error('a stored reading of kind value has no value');
      return { kind, value };
    case 'no-data':
      return detail === over ? { kind, over: true } : { kind };
    case 'not-a-number':
      return { kind };
    case 'unreachable':
      return { kind, reason: detail ?? '' };
    case 'ambiguous':
      return { kind, count: Number(detail) };
    default:
      throw new Error(`a stored reading has the unknown kind ${kind}`);
  }
}

export function fromReading(reading: Reading | null): ReadingColumns {
  if (!reading) return { kind: null, value: null, detail: null };
  const value = reading.kind === 'value' ? reading.value : null;
  if (reading.kind === 'unreachable') return { kind: reading.kind, value, detail: reading.reason };
  if (reading.kind === 'ambiguous') return { kind: reading.kind, value, detail: String(reading.count) };
  return { kind: reading.kind, value, detail: reading.kind === 'no-data' && reading.over ? over : null };
}

/** What a reading is made of, from its column; no member where it is null. */
export function partsFrom(stored: unknown): { parts?: TriggerPart[] } {
  return stored === null ? {} : { parts: fromJson<TriggerPart[]>(stored) };
}

export function toTriggerState(row: Stored<StateRow>): TriggerState {
  return {
    phase: row.phase as TriggerState['phase'],
    since: ms(row.since),
    heldMs: row.heldMs,
    lastSlot: ms(row.lastSlot),
    lastJudgedSlot: ms(row.lastJudgedSlot),
    lastBreachSlot: ms(row.lastBreachSlot),
    reading: toReading({ kind: row.readingKind, value: row.readingValue, detail: row.readingDetail }),
    ...partsFrom(row.readingParts),
    troubleSince: ms(row.troubleSince),
    troubleReason: row.troubleReason,
    companion: toCompanion(row),
    slotsAsked: row.slotsAsked,
    slotsHealthy: row.slotsHealthy,
    everFired: row.everFired,
  };
}

/** A state as it will be read once it is written. */
export function asStored(state: TriggerState): TriggerState {
  const { parts, companion } = state;
  return {
    ...state,
    since: stored(state.since),
    lastSlot: stored(state.lastSlot),
    lastJudgedSlot: stored(state.lastJudgedSlot),
    lastBreachSlot: stored(state.lastBreachSlot),
    reading: storedReading(state.reading),
    ...(parts && partsFrom(JSON.parse(toJson(parts) ?? 'null'))),
    troubleSince: stored(state.troubleSince),
    troubleReason: storedText(state.troubleReason),
    companion: companion && {
      reading: storedReading(companion.reading),
      troubleSince: stored(companion.troubleSince),
      troubleReason: storedText(companion.troubleReason),
    },
  };
}

function stored<At extends number | null>(at: At): At;
function stored(at: number | null): number | null {
  return instant(at)?.getTime() ?? null;
}

function storedReading<R extends Reading | null>(reading: R): R;
function storedReading(reading: Reading | null): Reading | null {
  // The database knows one zero.
  if (reading?.kind === 'value') return Object.is(reading.value, -0) ? { ...reading, value: 0 } : reading;
  return toReading(cleaned(fromReading(reading)));
}

function cleaned({ kind, value, detail }: ReadingColumns): ReadingColumns {
  return { kind, value, detail: storedText(detail) };
}

function storedText(text: string | null): string | null {
  return text === null ? null : storable(text);
}

function toCompanion(row: Stored<StateRow>): TriggerState['companion'] {
  const { companionKind: kind, companionValue: value, companionDetail: detail } = row;
  const reading = toReading({ kind, value, detail });
  return (
    reading && {
      reading,
      troubleSince: ms(row.companionTroubleSince),
      troubleReason: row.companionTroubleReason,
    }
  );
}

/** All of a row of `decisions` but what it was judged from, which is large and of use to nobody but whoever judges it again. */
export const withoutBasis = { basis: true } as const;

export function toDecision(row: Omit<DecisionRow, 'basis'>): Decision {
  return {
    id: row.id,
    deploymentId: row.deploymentId,
    service: row.serviceKey,
    slot: ms(row.slot),
    verdict: row.verdict as Decision['verdict'],
    wanted: row.wanted as Decision['wanted'],
    trigger: row.trigger,
    sentence: row.sentence,
    restraints: row.restraints,
    evidence: fromJson(row.evidence),
    guards: fromJson(row.guards),
    group: fromJson(row.group),
  };
}
