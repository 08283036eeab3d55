import type { Decision, Reading, TriggerPart, TriggerState } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
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
