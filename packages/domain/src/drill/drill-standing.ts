import type { DeclaredDrills, ServiceKey } from '../service/service.ts';
import { formatInstant, formatSpan } from '../trigger/format.ts';
import { type Practice, practiceInWords } from './practice.ts';

/** What is known of how the way back of a service is practised. Instants are epoch milliseconds. */
export interface DrillFacts {
  /** Null where its team does not say how often. */
  declared: DeclaredDrills | null;
  /** Since when it says so without a break, a deletion of the service being one; null where it does not. */
  since: number | null;
  /** The newest; null where there was none. */
  last: Practice | null;
  /** A release stands that has another one before it. */
  canGoBack: boolean;
}

/**
 * `undeclared`: nobody said how often, so it is never overdue. `not-possible`: there is nothing to go back from yet.
 * `overdue`: longer than declared since the last practice, or, without any, since that was declared.
 */
export const drillStates = ['undeclared', 'not-possible', 'in-time', 'overdue'] as const;

export type DrillState = (typeof drillStates)[number];

const dayMs = 86_400_000;

/** Until when it is in time; null where nobody says how often. */
export function drillDueAt({ declared, since, last }: Omit<DrillFacts, 'canGoBack'>): number | null {
  const from = last?.at ?? since;
  return declared === null || from === null ? null : from + declared.everyDays * dayMs;
}

export function drillState(facts: DrillFacts, now: number): DrillState {
  const dueAt = drillDueAt(facts);
  if (dueAt === null) return 'undeclared';
  if (!facts.canGoBack) return 'not-possible';
  return now > dueAt ? 'overdue' : 'in-time';
}

/** How the practice of a way back stands, in words. */
export interface DrillWords {
  /** When it was practised last, how long that took and who; or that it never was. */
  last: string;
  /** When it is due, or since when it is overdue. */
  due: string;
  /** How to practise it. */
  how: string;
}

export function drillInWords(key: ServiceKey, facts: DrillFacts, now: number): DrillWords {
  const { last } = facts;
  return {
    last:
      last === null
        ? 'Never: no rollback was verified and no drill is recorded.'
        : `${practiceInWords(last)} ${agoInWords(last.at, now)}`.trim(),
    due: dueInWords(facts, now),
    how: howToPractise(key),
  };
}

function agoInWords(at: number, now: number): string {
  return now - at < dayMs ? '' : `That is ${formatSpan(now - at)} ago.`;
}

function dueInWords(facts: DrillFacts, now: number): string {
  const dueAt = drillDueAt(facts);
  const { declared } = facts;
  if (declared === null || dueAt === null)
    return 'Nobody declared how often it has to be practised (drills.everyDays), so it is never overdue.';
  const often = everyDaysInWords(declared);
  if (!facts.canGoBack) return `It is to be practised ${often}. There is no release to go back from yet.`;
  if (now > dueAt)
    return `Overdue since ${formatInstant(dueAt)} (for ${formatSpan(now - dueAt)}): it is to be practised ${often}.`;
  return `Due by ${formatInstant(dueAt)} (in ${formatSpan(dueAt - now)}): it is to be practised ${often}.`;
}

/** "every 90 days" */
export function everyDaysInWords({ everyDays }: DeclaredDrills): string {
  return everyDays === 1 ? 'every day' : `every ${everyDays} days`;
}

/** A rollback on purpose is the drill; one on staging is as good where production is no place for it. */
export function howToPractise(key: ServiceKey): string {
  return `Practise it: take a harmless release back at a quiet hour, or hold a drill elsewhere and record it (lastgood drill record ${key}).`;
}
