/** Two samples ranked together, smallest first; equal values share the mean of their ranks. */
export interface Ranked {
  /** Sum of the ranks of the first sample. */
  rankSum: number;
  /** How many values are equal to each other, in order of their value: `[1, 3, 1]` has one tie of three. */
  groups: number[];
}

/** @param a without NaN, as `b`; infinite values are the least and the greatest */
export function rankTogether(a: readonly number[], b: readonly number[]): Ranked {
  const all = [...a.map((value) => ({ value, own: 1 })), ...b.map((value) => ({ value, own: 0 }))];
  all.sort((one, other) => order(one.value, other.value));
  const groups: number[] = [];
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    let own = 0;
    while (to < all.length && all[to]?.value === all[from]?.value) own += all[to++]?.own ?? 0;
    groups.push(to - from);
    // Ranks count from 1.
    rankSum += own * ((from + 1 + to) / 2);
    from = to;
  }
  return { rankSum, groups };
}

/** Infinite values are equal to themselves: their difference would be no number. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The middle value, or the mean of both in the middle. @param values at least one, without NaN */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted(order);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[half - 1] ?? 0;
  // Between both infinities there is no middle: neither side wins.
  return lower === upper ? upper : lower === -upper ? 0 : (lower + upper) / 2;
}
