import type { TriggerPart } from '../../part.ts';
import { isUnusable, type Reading } from '../../reading.ts';
import { alternativeOf, type ComparisonTrigger, samplesNeeded } from './declared.ts';
import { canBeSignificant } from './least-samples.ts';
import { type MannWhitney, mannWhitney } from './mann-whitney.ts';
import { median } from './ranks.ts';
import { newPart, oldPart } from './sides.ts';

/** Both sides compared. */
export interface Compared extends MannWhitney {
  newMedian: number;
  oldMedian: number;
  /** The new median by the old one, or less it. */
  effect: number;
  isSignificant: boolean;
}

/** What both sides come to, or why they cannot be compared. */
export type Comparing =
  | { kind: 'compared'; compared: Compared }
  /** One of both could not be asked. */
  | { kind: 'not-asked'; reading: Reading }
  | { kind: 'nothing-asked' }
  | { kind: 'no-old-version' }
  | { kind: 'too-few'; newCount: number; oldCount: number; needed: number };

export function compare(trigger: ComparisonTrigger, parts: readonly TriggerPart[]): Comparing {
  const [own, old] = [newPart, oldPart].map((name) => parts.find((part) => part.name === name));
  if (!own) return { kind: 'nothing-asked' };
  const failed = [own, ...(old ? [old] : [])].map(asOneSeries).find(isUnusable);
  if (failed) return { kind: 'not-asked', reading: failed };
  if (!old) return { kind: 'no-old-version' };
  const [a, b] = [samplesOf(own), samplesOf(old)];
  const needed = samplesNeeded(trigger);
  const alternative = alternativeOf(trigger.direction);
  if (
    Math.min(a.length, b.length) < needed ||
    !canBeSignificant(a.length, b.length, trigger.significance, alternative)
  )
    return { kind: 'too-few', newCount: a.length, oldCount: b.length, needed };
  const test = mannWhitney(a, b, alternative);
  const [newMedian, oldMedian] = [median(a), median(b)];
  const effect = effectOf(trigger, newMedian, oldMedian);
  const isSignificant = test.p <= trigger.significance;
  return { kind: 'compared', compared: { ...test, newMedian, oldMedian, effect, isSignificant } };
}

/** One series is expected of each side. */
function asOneSeries({ reading, samples = [] }: TriggerPart): Reading {
  return samples.length > 1 ? { kind: 'ambiguous', count: samples.length } : reading;
}

export function samplesOf({ samples = [] }: TriggerPart): readonly number[] {
  return samples[0] ?? [];
}

function effectOf({ effect, floor }: ComparisonTrigger, newMedian: number, oldMedian: number): number {
  if (effect === 'difference') return newMedian === oldMedian ? 0 : newMedian - oldMedian;
  const [above, below] = [Math.max(newMedian, floor), Math.max(oldMedian, floor)];
  return above === below ? 1 : above / below;
}

/**
 * The effect, as far as it is more than chance: what is not significant counts as no effect. Where nothing can be said the reading
 * is no number: never healthy, for nothing was seen.
 */
export function judgeSides(trigger: ComparisonTrigger, parts: readonly TriggerPart[]): Reading {
  const comparing = compare(trigger, parts);
  if (comparing.kind === 'not-asked') return comparing.reading;
  if (comparing.kind !== 'compared') return { kind: 'no-data', ...(isOver(comparing) ? { over: true } : {}) };
  return { kind: 'value', value: beyondChance(trigger, comparing.compared) };
}

/**
 * Whether it can tell nothing any more: so long after the deployment nothing is asked, or the old side has ended while the new one goes
 * on. Where both lack samples the source may have been away.
 */
export function isOver(comparing: Comparing): boolean {
  if (comparing.kind === 'nothing-asked') return true;
  if (comparing.kind !== 'too-few') return false;
  const { newCount, oldCount, needed } = comparing;
  return oldCount < needed && (newCount >= needed || (oldCount === 0 && newCount > 0));
}

function beyondChance({ direction, effect }: ComparisonTrigger, compared: Compared): number {
  const none = effect === 'ratio' ? 1 : 0;
  const { effect: seen, isSignificant } = compared;
  if (direction === 'either') return isSignificant ? apart(seen, effect) : none;
  if (isSignificant) return seen;
  return direction === 'increase' ? Math.min(seen, none) : Math.max(seen, none);
}

/** How far apart, whichever is greater. */
function apart(seen: number, effect: ComparisonTrigger['effect']): number {
  return effect === 'ratio' ? Math.max(seen, 1 / seen) : Math.abs(seen);
}
