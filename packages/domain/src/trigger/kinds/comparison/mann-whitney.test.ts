import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from './exact-tails.ts';
import { canBeSignificant, leastSamples } from './least-samples.ts';
import { type Alternative, type MannWhitney, mannWhitney } from './mann-whitney.ts';
import { median } from './ranks.ts';

const inf = Number.POSITIVE_INFINITY;

/** Hollander and Wolfe (1973), p. 69, the example of R's ?wilcox.test: permeability of the human chorioamnion. */
const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const early = [1.15, 0.88, 0.9, 0.74, 1.21];

/** R's data set airquality, ozone in May and in August 1973, the second example of ?wilcox.test; without its NA. */
const may = [
  41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37,
];
const august = [
  39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
];

type Row = [
  words: string,
  a: number[],
  b: number[],
  Alternative,
  MannWhitney['method'],
  u: number,
  p: number,
];

// scipy/stats/tests/test_hypotests.py of SciPy 1.7 and later, whose values are said there to be those of R's wilcox.test.
const scipy: Row[] = [
  // test_gh_9184, also R's ?wilcox.test: "W = 35, p-value = 0.1272"
  ['term > early', term, early, 'greater', 'exact', 35, 0.1272061272061],
  ['term < early', term, early, 'less', 'exact', 35, 0.8967698967699],
  ['term, early', term, early, 'either', 'exact', 35, 0.2544122544123],
  ['term > early', term, early, 'greater', 'normal', 35, 0.1223118025635],
  ['term < early', term, early, 'less', 'normal', 35, 0.900775348204],
  ['term, early', term, early, 'either', 'normal', 35, 0.244623605127],
  // test_gh_11355b: infinite values
  ['ties', [1, 2, 3, 4], [3, 6, 7, 8, inf, 3, 2, 1, 4, 4, 5], 'either', 'normal', 10, 0.1297704873477],
  ['ties', [1, 2, 3, 4], [3, 6, 7, 8, inf, inf, 2, 1, 4, 4, 5], 'either', 'normal', 8.5, 0.08735617507695],
  ['ties', [1, 2, inf, 4], [3, 6, 7, 8, inf, 3, 2, 1, 4, 4, 5], 'either', 'normal', 17.5, 0.5988856695752],
  ['ties', [1, 2, inf, 4], [3, 6, 7, 8, inf, inf, 2, 1, 4, 4, 5], 'either', 'normal', 16, 0.4687165824462],
  [
    'ties',
    [1, inf, inf, 4],
    [3, 6, 7, 8, inf, inf, 2, 1, 4, 4, 5],
    'either',
    'normal',
    24.5,
    0.7912517950119,
  ],
  // test_tie_correct
  ['apart', [1, 2, 3, 4], [0.99, 1.99, 2.99, 3.99, 4.99], 'either', 'normal', 10, 1],
  ['ties', [1, 2, 3, 4], [1, 1.99, 3, 3.99, 5], 'either', 'normal', 9, 0.9017048037317],
  ['ties', [1, 2, 3, 4], [1, 2, 3, 4, 5], 'either', 'normal', 8, 0.7086240584439],
  ['ties', [1, 2, 3, 4], [1, 2, 3.01, 4, 5], 'either', 'normal', 7.5, 0.6197963884941],
  ['apart', [1, 2, 3, 4], [1.01, 2.01, 3.01, 4.01, 5.01], 'either', 'normal', 6, 0.3912672792826],
  // test_gh_2118, test_exact_U_equals_mean
  ['the mean', [1, 2, 3], [1.5, 2.5], 'greater', 'normal', 3, 0.6135850036578],
  ['the mean', [1, 2, 3], [1.5, 2.5], 'either', 'normal', 3, 1],
  ['the mean', [1, 2, 3], [1.5, 2.5], 'either', 'exact', 3, 1],
  ['one tie', [1, 2, 3], [2], 'less', 'normal', 1.5, 0.681324055883],
  ['all tied', [1, 2], [1, 2], 'greater', 'normal', 2, 0.667497228949],
  // test_scalar_data, test_equal_scalar_data
  ['one each', [1], [2], 'greater', 'normal', 0, 0.977249868052],
  ['one each', [1], [2], 'less', 'exact', 0, 0.5],
  ['one each', [1], [2], 'greater', 'exact', 0, 1],
  ['equal', [1], [1], 'either', 'normal', 0.5, 1],
  ['equal', [1], [1], 'either', 'exact', 0.5, 1],
];

/** The example of scipy.stats.mannwhitneyu's documentation. */
const documented: Row[] = [
  ['ages', [19, 22, 16, 29, 24], [20, 11, 17, 12], 'either', 'exact', 17, 0.1111111111111],
  ['ages', [19, 22, 16, 29, 24], [20, 11, 17, 12], 'either', 'normal', 17, 0.1113468865333],
];

/** kayenta-mannwhitney, MannWhitneyRSuite "returns expected values", which asks R. */
const kayenta: Row[] = [
  ['canary, control', [10, 20, 30, 40], [1, 2, 3, 4], 'either', 'exact', 16, 0.02857142857142857],
];

describe('what published implementations answer', () => {
  it.each([...scipy, ...documented, ...kayenta])(
    '%s: %j and %j, %s, %s',
    (_words, a, b, alternative, method, u, p) => {
      const found = mannWhitney(a, b, alternative, method);
      expect(found.u).toBe(u);
      expect(found.p).toBeCloseTo(p, 12);
    },
  );

  it("is R's for the ozone of two months: W = 127.5, p-value = 0.0001208", () => {
    const found = mannWhitney(may, august, 'either');
    expect(found).toMatchObject({ u: 127.5, method: 'normal' });
    expect(found.p.toPrecision(4)).toBe('0.0001208');
  });

  // R's pwilcox(3, 1, 20) as kayenta-mannwhitney, WilcoxTests "pwilson tests" has it
  it('has the cumulative distribution of R', () => {
    const single = [3.5];
    const twenty = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(mannWhitney(single, twenty, 'less').p).toBeCloseTo(0.190476, 6);
  });
});

/**
 * The table of Mann and Whitney (1947), p. 52, as scipy's test_exact_distribution has it: for sizes n and m how likely U is at
 * most 0, 1, 2, ...
 */
const table: [n: number, m: number, p: number[]][] = [
  [3, 1, [0.25, 0.5, 0.75]],
  [3, 3, [0.05, 0.1, 0.2, 0.35, 0.5, 0.65]],
  [4, 4, [0.014, 0.029, 0.057, 0.1, 0.171, 0.243, 0.343, 0.443, 0.557]],
  [5, 3, [0.018, 0.036, 0.071, 0.125, 0.196, 0.286, 0.393, 0.5, 0.607]],
  [5, 5, [0.004, 0.008, 0.016, 0.028, 0.048, 0.075, 0.111, 0.155, 0.21, 0.274, 0.345, 0.421, 0.5, 0.579]],
  [6, 4, [0.005, 0.01, 0.019, 0.033, 0.057, 0.086, 0.129, 0.176, 0.238, 0.305, 0.381, 0.457, 0.543]],
  [6, 2, [0.036, 0.071, 0.143, 0.214, 0.321, 0.429, 0.571]],
];

describe('the exact distribution', () => {
  it.each(table)('of %i and %i values is that of the table of 1947', (n, m, expected) => {
    for (const [u, p] of expected.entries()) {
      const { a, b } = withU(n, m, u);
      const found = mannWhitney(a, b, 'less', 'exact');
      expect(found.u).toBe(u);
      expect(Math.abs(found.p - p)).toBeLessThanOrEqual(1e-3);
    }
  });

  it('with ties counts what choosing one by one counts', () => {
    const some = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(some, some, fc.constantFrom<Alternative[]>('greater', 'less', 'either'), (a, b, side) => {
        expect(mannWhitney(a, b, side, 'exact').p).toBeCloseTo(oneByOne(a, b, side), 12);
      }),
      { numRuns: 300 },
    );
  });

  it('is near the normal one where both can be had', () => {
    for (const values of [may.slice(0, 20), august.slice(0, 20)]) {
      const [a, b] = [values, august.slice(6, 26)];
      const exact = mannWhitney(a, b, 'either', 'exact').p;
      expect(Math.abs(mannWhitney(a, b, 'either', 'normal').p - exact)).toBeLessThan(0.01);
    }
  });
});

/** Samples of sizes n and m with a given U, all values apart: each step of the first sample upwards is one more. */
function withU(n: number, m: number, u: number): { a: number[]; b: number[] } {
  const b = Array.from({ length: m }, (_, index) => index + 1);
  let left = u;
  const a = Array.from({ length: n }, (_, index) => {
    const above = Math.min(m, left);
    left -= above;
    return above + (n - index) / (n + 1);
  });
  return { a, b };
}

/** By the definition: every way to choose the first sample of all values, and how many have as great or small a U. */
function oneByOne(a: number[], b: number[], side: Alternative): number {
  const all = [...a, ...b];
  const us = subsets(all.length, a.length).map((chosen) => {
    const others = all.filter((_, index) => !chosen.includes(index));
    return plainU(
      chosen.map((index) => all[index] ?? 0),
      others,
    );
  });
  const own = plainU(a, b);
  const greater = us.filter((u) => u >= own).length / us.length;
  const less = us.filter((u) => u <= own).length / us.length;
  return side === 'greater' ? greater : side === 'less' ? less : Math.min(1, 2 * Math.min(greater, less));
}

function subsets(of: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  if (from >= of) return [];
  return [...subsets(of, size - 1, from + 1).map((rest) => [from, ...rest]), ...subsets(of, size, from + 1)];
}

function plainU(a: readonly number[], b: readonly number[]): number {
  return a
    .flatMap((one) => b.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)))
    .reduce<number>((sum, won) => sum + won, 0);
}

const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(inf, -inf, 0),
);
const sample = fc.array(value, { minLength: 1, maxLength: 30 });

describe('for any two samples', () => {
  it('there is a U as defined, and every number is one', () => {
    fc.assert(
      fc.property(
        sample,
        sample,
        fc.constantFrom<Alternative[]>('greater', 'less', 'either'),
        (a, b, side) => {
          const { u, p, greaterShare, rankBiserial } = mannWhitney(a, b, side);
          expect(u).toBe(plainU(a, b));
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
          expect(greaterShare).toBe(u / (a.length * b.length));
          expect(rankBiserial).toBeGreaterThanOrEqual(-1);
          expect(rankBiserial).toBeLessThanOrEqual(1);
          expect(Number.isNaN(median(a))).toBe(false);
        },
      ),
    );
  });

  it('greater one way is less the other way', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(mannWhitney(a, b, 'greater').p).toBeCloseTo(mannWhitney(b, a, 'less').p, 12);
        expect(mannWhitney(a, b, 'either').p).toBeCloseTo(mannWhitney(b, a, 'either').p, 12);
      }),
    );
  });

  it('only their order counts', () => {
    const whole = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const cubed = (values: number[]) => values.map((one) => one ** 3 + 7);
        expect(mannWhitney(cubed(a), cubed(b), 'either')).toEqual(mannWhitney(a, b, 'either'));
      }),
    );
  });
});

describe('the fewest values that can show a difference', () => {
  it.each<[number, Alternative, number]>([
    [0.05, 'greater', 3],
    [0.05, 'either', 4],
    [0.01, 'less', 5],
    [0.01, 'either', 5],
    [0.001, 'greater', 7],
    [0.001, 'either', 7],
  ])('at %d, %s, are %i', (significance, side, expected) => {
    expect(leastSamples(significance, side)).toBe(expected);
  });

  it('are those with which the test reaches it, and one fewer never does', () => {
    const sides = fc.constantFrom<Alternative[]>('greater', 'either');
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, fc.double({ min: 1e-6, max: 0.2, noNaN: true }), sides, (n, m, level, side) => {
        const low = Array.from({ length: m }, (_, index) => index);
        const high = Array.from({ length: n }, (_, index) => 100 + index);
        const { p } = mannWhitney(high, low, side);
        expect(canBeSignificant(n, m, level, side)).toBe(p <= level);
      }),
    );
  });

  it('are counted in whole numbers', () => {
    expect([choose(4, 2), choose(30, 15), choose(40, 20)]).toEqual([6, 155117520, 137846528820]);
    expect(canBeSignificant(0, 9, 0.05, 'greater')).toBe(false);
  });
});
