import { choose } from './exact-tails.ts';
import type { Alternative } from './mann-whitney.ts';

/**
 * Whether so many values could show a difference at all: with every value of one side beyond every one of the other, chance still
 * does as much once in `choose(n + m, n)` times. What cannot must not be judged: it would always say that there is none.
 */
export function canBeSignificant(
  sizeA: number,
  sizeB: number,
  significance: number,
  alternative: Alternative,
): boolean {
  if (sizeA < 1 || sizeB < 1) return false;
  const least = 1 / choose(sizeA + sizeB, sizeA);
  return (alternative === 'either' ? 2 * least : least) <= significance;
}

/** The fewest values of each side that can show a difference. @param significance greater than 0 */
export function leastSamples(significance: number, alternative: Alternative): number {
  let size = 1;
  while (!canBeSignificant(size, size, significance, alternative)) size += 1;
  return size;
}
