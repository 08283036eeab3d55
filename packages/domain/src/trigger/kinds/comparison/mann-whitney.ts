import { exactTails, type Tails } from './exact-tails.ts';
import { upperTail } from './normal.ts';
import { type Ranked, rankTogether } from './ranks.ts';

/** Which difference is looked for: the first sample is greater, or less, than the second, or either. */
export type Alternative = 'greater' | 'less' | 'either';

export interface MannWhitney {
  /** Of all pairs, in how many the value of the first sample is greater; equal ones count half. */
  u: number;
  /** How likely a difference as large would be by chance, if there were none; at most 1. */
  p: number;
  /** How `p` was found. */
  method: 'exact' | 'normal';
  /** The share of pairs in which the first is greater (the common-language effect size): 0.5 where there is no difference. */
  greaterShare: number;
  /** The same from -1 to 1 (the rank-biserial correlation): 0 where there is no difference. */
  rankBiserial: number;
}

/** With more values on either side the exact distribution costs more than it tells. */
const exactUpTo = 20;

/**
 * The test of Mann and Whitney (Wilcoxon's rank sum test): whether values of one sample tend to be greater than those of another,
 * whatever their distribution. Exact for small samples, ties included; else by the normal distribution, corrected for ties
 * and continuity, as R's wilcox.test and scipy.stats.mannwhitneyu do.
 * H. B. Mann, D. R. Whitney: On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other (1947).
 *
 * @param a at least one value, as `b`; no NaN. Infinite values count as the least and the greatest.
 */
export function mannWhitney(
  a: readonly number[],
  b: readonly number[],
  alternative: Alternative,
  method: MannWhitney['method'] = isSmall(a.length, b.length) ? 'exact' : 'normal',
): MannWhitney {
  const ranked = rankTogether(a, b);
  const u = ranked.rankSum - (a.length * (a.length + 1)) / 2;
  const tails =
    method === 'exact' ? exactTails(ranked.groups, a.length, u) : normalTails(ranked, u, a.length, b.length);
  const greaterShare = u / (a.length * b.length);
  return { u, p: pOf(tails, alternative), method, greaterShare, rankBiserial: 2 * greaterShare - 1 };
}

function isSmall(sizeA: number, sizeB: number): boolean {
  return Math.max(sizeA, sizeB) <= exactUpTo;
}

function pOf({ atLeast, atMost }: Tails, alternative: Alternative): number {
  if (alternative === 'greater') return Math.min(1, atLeast);
  if (alternative === 'less') return Math.min(1, atMost);
  return Math.min(1, 2 * Math.min(atLeast, atMost));
}

function normalTails({ groups }: Ranked, u: number, sizeA: number, sizeB: number): Tails {
  const total = sizeA + sizeB;
  const ties = groups.reduce((sum, one) => sum + (one ** 3 - one), 0);
  const variance = ((sizeA * sizeB) / 12) * (total + 1 - ties / (total * (total - 1)));
  // All are equal: nothing speaks for a difference.
  if (!(variance > 0)) return { atLeast: 1, atMost: 1 };
  const [deviation, above] = [Math.sqrt(variance), u - (sizeA * sizeB) / 2];
  return {
    atLeast: upperTail((above - 0.5) / deviation),
    atMost: upperTail((-above - 0.5) / deviation),
  };
}
