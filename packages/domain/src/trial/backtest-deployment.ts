import type { Reading } from '../trigger/reading.ts';
import type { TriggerPhase } from '../trigger/trigger-state.ts';

/** What became of a deployment: taken back, or marked by a person; null where nobody can say. */
export type BacktestLabel = 'good' | 'bad' | null;

export const backtestOutcomes = ['fired', 'quiet', 'silent', 'unread', 'not_due'] as const;

/**
 * What a trigger makes of a deployment. `quiet`: it was read, and did not fire. `silent`: the source answered, and never a number.
 * `unread`: too much of it could not be read. `not_due`: its watch was over before the trigger is asked.
 */
export type BacktestOutcome = (typeof backtestOutcomes)[number];

export interface Firing {
  firedAt: number;
  /** Null where it fired to the end. */
  resolvedAt: number | null;
  heldMs: number;
  reading: Reading | null;
}

/** A slot as a chart shows it. */
export interface BacktestPoint {
  slot: number;
  reading: Reading;
  phase: TriggerPhase;
  heldMs: number;
}

export interface BacktestedDeployment {
  deploymentId: string;
  label: BacktestLabel;
  outcome: BacktestOutcome;
  firings: Firing[];
  /** How long before it was known to be bad it first fired, in milliseconds; negative: after. Null where one of both is not known. */
  leadMs: number | null;
  /** The slots in which it is due, of which nothing could be read included. */
  points: BacktestPoint[];
  /** In how many of them something could be read, and in how many that was something to judge. */
  read: number;
  answered: number;
  /** Too little of it could be read for its outcome to count, whether or not it fired; see `isPartlyRead`. */
  isPartlyRead: boolean;
  /** Only the beginning of its watch was judged, and nobody knew it to be bad by then: that it does not fire there says nothing of the rest. */
  isLeftOpen: boolean;
  /** Why the others could not be read, the most frequent reason first. */
  unread: { reason: string; slots: number }[];
}

/** What was missed of a watch is what might have been a breach; see `closeWatch`. */
const readShare = 0.9;

/**
 * Such a deployment counts in no share. Were it left out only where the trigger did not fire, what is left would have fired more often than
 * all of them.
 */
export function isPartlyRead({ points, read }: Pick<BacktestedDeployment, 'points' | 'read'>): boolean {
  return read < points.length * readShare;
}

export function backtestOutcomeOf({
  firings,
  points,
  read,
  answered,
}: Pick<BacktestedDeployment, 'firings' | 'points' | 'read' | 'answered'>): BacktestOutcome {
  if (points.length === 0) return 'not_due';
  if (firings.length > 0) return 'fired';
  if (isPartlyRead({ points, read })) return 'unread';
  return answered > 0 ? 'quiet' : 'silent';
}

/**
 * Whether it tells how good the trigger is. What could not be read is no silence, what was not judged neither; and that a trigger had nothing
 * to say counts against it on a bad deployment, never for it on a good one.
 */
export function countsInScore({
  label,
  outcome,
  isPartlyRead: isPartly,
  isLeftOpen,
}: Pick<BacktestedDeployment, 'label' | 'outcome' | 'isPartlyRead' | 'isLeftOpen'>): boolean {
  if (label === null || isPartly) return false;
  if (outcome === 'fired') return true;
  return !isLeftOpen && (outcome === 'quiet' || (outcome === 'silent' && label === 'bad'));
}
