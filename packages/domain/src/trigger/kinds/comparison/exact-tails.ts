/** How likely a rank sum as large or larger, and as small or smaller, is when both samples are of one kind. Each includes the sum itself. */
export interface Tails {
  atLeast: number;
  atMost: number;
}

/**
 * Exact, by counting every way in which `size` of the ranked values could have been the first sample, ties as they are. Without ties
 * that is the distribution of Mann and Whitney (1947); with ties, the permutation test on their ranks, as R's coin::wilcox_test has
 * it with distribution = "exact". Counts are whole numbers below 2^53 where both samples have at most 25 values.
 */
export function exactTails(groups: readonly number[], size: number, rankSum: number): Tails {
  const ways = waysByRankSum(groups, size);
  // Ranks that are shared are halves: sums are kept doubled, so that they are whole.
  const doubled = Math.round(2 * rankSum);
  const tails = { atLeast: 0, atMost: 0 };
  let all = 0;
  for (const [sum, count] of ways.entries()) {
    all += count;
    if (sum >= doubled) tails.atLeast += count;
    if (sum <= doubled) tails.atMost += count;
  }
  return { atLeast: tails.atLeast / all, atMost: tails.atMost / all };
}

/** For every doubled rank sum, in how many ways `size` values have it. */
function waysByRankSum(groups: readonly number[], size: number): Float64Array {
  const total = groups.reduce((sum, ties) => sum + ties, 0);
  const most = size * (2 * total - size + 1);
  const byCount = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  byCount[0]?.fill(1, 0, 1);
  let before = 0;
  for (const ties of groups) {
    addGroup(byCount, ties, 2 * before + ties + 1);
    before += ties;
  }
  return byCount[size] ?? new Float64Array();
}

/** Some of a tie may be of the first sample: as many ways as there are to choose so many of it. */
function addGroup(byCount: readonly Float64Array[], ties: number, doubledRank: number): void {
  // From the largest count down, so that what is read was not written for this group.
  for (let count = byCount.length - 1; count >= 1; count -= 1)
    for (let taken = 1; taken <= Math.min(ties, count); taken += 1)
      addShifted(byCount[count], byCount[count - taken], taken * doubledRank, choose(ties, taken));
}

function addShifted(
  to: Float64Array | undefined,
  from: Float64Array | undefined,
  by: number,
  times: number,
): void {
  if (!to || !from) return;
  for (let sum = to.length - 1; sum >= by; sum -= 1) to[sum] = (to[sum] ?? 0) + times * (from[sum - by] ?? 0);
}

/** How many ways there are to choose `some` of `all`. */
export function choose(all: number, some: number): number {
  let ways = 1;
  // Each intermediate is itself such a number, so it stays whole.
  for (let taken = 1; taken <= some; taken += 1) ways = (ways * (all - some + taken)) / taken;
  return Math.round(ways);
}
