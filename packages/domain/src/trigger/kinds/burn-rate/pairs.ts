import type { TriggerPart } from '../../part.ts';
import type { Reading } from '../../reading.ts';
import { type BurnRateTrigger, type BurnWindow, budgetOf } from './declared.ts';

/** A pair of windows with what was answered to those of both that were asked. */
export interface Pair {
  window: BurnWindow;
  parts: { part: TriggerPart; declaredMs: number }[];
}

export const longPart = (index: number) => `${index + 1} long`;
export const shortPart = (index: number) => `${index + 1} short`;

/** The pairs that were asked. */
export function pairsOf(
  { windows }: Pick<BurnRateTrigger, 'windows'>,
  parts: readonly TriggerPart[],
): Pair[] {
  const named = (name: string, declaredMs: number) =>
    parts.filter((part) => part.name === name).map((part) => ({ part, declaredMs }));
  return windows
    .map((window, index) => ({
      window,
      parts: [...named(longPart(index), window.longMs), ...named(shortPart(index), window.shortMs)],
    }))
    .filter((pair) => pair.parts.length > 0);
}

/**
 * The share of its limit that a pair has reached, which is that of the lesser of both windows. What is not known of one decides
 * nothing where the other is within the limit: they would have to exceed it both.
 */
export function readPair({ window, parts }: Pair, objective: number): Reading {
  const limit = window.rate * budgetOf(objective);
  const shares = parts.map(({ part: { reading } }) =>
    reading.kind === 'value' ? { ...reading, value: reading.value / limit } : reading,
  );
  const known = shares.flatMap((one) => (one.kind === 'value' ? one.value : []));
  const least = Math.min(...known);
  const unknown = worstOf(shares);
  return unknown !== null && !(least <= 1) ? unknown : { kind: 'value', value: least };
}

/** The pair nearest to its limit or farthest beyond it decides; while one that might exceed it is not known, nobody says *healthy*. */
export function judgePairs(pairs: readonly Pair[], objective: number): Reading {
  const read = pairs.map((pair) => readPair(pair, objective));
  if (read.length === 0) return { kind: 'unreachable', reason: 'it is younger than its shortest window' };
  const values = read.flatMap((one) => (one.kind === 'value' ? one.value : []));
  const most = Math.max(...values);
  const unknown = worstOf(read);
  return unknown !== null && !(most > 1) ? unknown : { kind: 'value', value: most };
}

/** The pair that decides, where the reading is a number. */
export function decidingPair(pairs: readonly Pair[], objective: number): Pair | null {
  let worst: { pair: Pair; share: number } | null = null;
  for (const pair of pairs) {
    const reading = readPair(pair, objective);
    if (reading.kind === 'value' && (worst === null || reading.value > worst.share))
      worst = { pair, share: reading.value };
  }
  return worst?.pair ?? null;
}

const gravity: Record<Reading['kind'], number> = {
  value: 0,
  'no-data': 1,
  'not-a-number': 2,
  ambiguous: 3,
  unreachable: 4,
};

/** The gravest of those without a number: an outage shows as one, whatever else is silent. Null where all have one. */
function worstOf(readings: readonly Reading[]): Reading | null {
  const unknown = readings.filter(({ kind }) => kind !== 'value');
  return unknown.reduce<Reading | null>(
    (worst, one) => (worst === null || gravity[one.kind] > gravity[worst.kind] ? one : worst),
    null,
  );
}
