/** How likely a U as large or larger, and as small or smaller, is when both samples are of one kind. Each includes the U itself. */
export interface Tails {
  atLeast: number;
  atMost: number;
}

/**
 * Exact, by counting every way in which `size` of the ranked values could have been the first sample, ties as they are. Without ties
 * that is the distribution of Mann and Whitney (1947); with ties, the permutation test on their ranks, as R's coin::wilcox_test has
 * it with distribution = "exact". Counts are whole numbers below 2^53 where both samples have at most 25 values.
 *
 * @param groups how many values are equal to each other, smallest value first
 */
export function exactTails(groups: readonly number[], size: number, u: number): Tails {
  // A value is half above one that is equal to it. Where no tie can be parted so, all of U are whole.
  const halves = groups.some((ties) => ties % 2 === 0) ? 2 : 1;
  const ways = waysByU(groups, size, halves);
  const own = Math.round(u * halves);
  const tails = { atLeast: 0, atMost: 0 };
  let all = 0;
  for (const [at, count] of ways.entries()) {
    all += count;
    if (at >= own) tails.atLeast += count;
    if (at <= own) tails.atMost += count;
  }
  return { atLeast: tails.atLeast / all, atMost: tails.atMost / all };
}

/** In how many ways U is 0, 1, 2, ... by so many `halves`. */
function waysByU(groups: readonly number[], size: number, halves: number): Float64Array {
  const total = groups.reduce((sum, ties) => sum + ties, 0);
  const most = size * (total - size) * halves;
  // By how many of the values so far are of the first sample.
  const rows = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  rows[0]?.fill(1, 0, 1);
  let before = 0;
  for (const ties of groups) {
    addGroup(rows, { before, ties, halves, after: total - before - ties });
    before += ties;
  }
  return rows[size] ?? new Float64Array();
}

interface Group {
  before: number;
  ties: number;
  after: number;
  halves: number;
}

/** Some of a tie may be of the first sample: as many ways as there are to choose so many of it. */
function addGroup(rows: readonly Float64Array[], { before, ties, after, halves }: Group): void {
  const size = rows.length - 1;
  // From the largest count down, so that what is read was not written for this group.
  for (let count = Math.min(size, before + ties); count >= Math.max(1, size - after); count -= 1)
    for (let taken = 1; taken <= Math.min(ties, count); taken += 1) {
      const was = count - taken;
      if (was > before) continue;
      const others = before - was;
      // Each is above all others before it, and half above those of its tie that are not taken.
      const gained = (taken * others + (taken * (ties - taken)) / 2) * halves;
      addShifted(rows, {
        to: count,
        from: was,
        upTo: was * others * halves,
        by: gained,
        times: choose(ties, taken),
      });
    }
}

interface Shift {
  to: number;
  from: number;
  upTo: number;
  by: number;
  times: number;
}

function addShifted(rows: readonly Float64Array[], { to, from, upTo, by, times }: Shift): void {
  const [target, source] = [rows[to], rows[from]];
  if (!target || !source) return;
  const last = Math.min(upTo, target.length - 1 - by);
  for (let at = 0; at <= last; at += 1)
    target[at + by] = (target[at + by] as number) + times * (source[at] as number);
}

/** How many ways there are to choose `some` of `all`. */
export function choose(all: number, some: number): number {
  let ways = 1;
  // Each intermediate is itself such a number, so it stays whole.
  for (let taken = 1; taken <= some; taken += 1) ways = (ways * (all - some + taken)) / taken;
  return Math.round(ways);
}
