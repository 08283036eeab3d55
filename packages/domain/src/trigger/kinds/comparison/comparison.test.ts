import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TriggerPart } from '../../part.ts';
import type { Reading } from '../../reading.ts';
import { comparison } from './comparison.ts';
import type { ComparisonTrigger, Declared } from './declared.ts';
import { mannWhitney } from './mann-whitney.ts';
import { median } from './ranks.ts';

const minute = 60_000;
const hour = 60 * minute;
const inf = Number.POSITIVE_INFINITY;

const common = {
  name: 'slower',
  severity: 'auto_rollback',
  description: '',
  onNoData: 'hold',
  onNotANumber: 'hold',
  initialDelayMs: 0,
  keepFiringMs: 0,
  shadow: false,
} as const;

const query = 'sum(rate(spent{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[$WINDOW]))';
const declared: Declared = { query, against: 'old_version', minEffect: 1.5, floor: 0.01, unit: 's' };
const trigger = (over: Partial<Declared> = {}) => comparison.accept({ ...declared, ...over }, common);
const plain = trigger();
const before = trigger({ query: 'sum(rate(spent[$WINDOW]))', against: 'before_deployment' });
const difference = (over: Partial<Declared> = {}): ComparisonTrigger => {
  const { floor: _floor, ...rest } = declared;
  return comparison.accept({ ...rest, effect: 'difference', minEffect: 0.1, ...over }, common);
};

const part = (name: 'new' | 'old', samples: number[]): TriggerPart => ({
  name,
  reading: samples.length === 0 ? { kind: 'no-data' } : { kind: 'value', value: samples.length },
  samples: samples.length === 0 ? [] : [samples],
});
const sides = (own: number[], old: number[]) => [part('new', own), part('old', old)];
/** As many values around a middle, all apart. */
const around = (middle: number, count = 10) =>
  Array.from({ length: count }, (_, index) => middle * (1 + (index - (count - 1) / 2) / 100));

const isBreach = (of: ComparisonTrigger, reading: Reading) =>
  reading.kind === 'value' &&
  (of.comparison === 'greater_than' ? reading.value > of.threshold : reading.value < of.threshold);

describe('what it asks', () => {
  const variables = { WORKLOAD: 'web', POD_TEMPLATE_HASH: 'new1', REVISION: undefined };
  const old = { ...variables, POD_TEMPLATE_HASH: 'old1' };
  const subject = { variables, before: old, toldApartBy: ['POD_TEMPLATE_HASH'], ageMs: hour };
  const asked = (of: ComparisonTrigger, over: Partial<typeof subject> | { ageMs: number | null }) =>
    comparison.ask(of, { ...subject, ...over }).map(({ name, question, range, overMs = 0 }) => {
      expect(overMs).toBe((range?.fromMs ?? 0) + minute);
      expect(range?.stepMs).toBe(minute);
      return [
        name,
        question.variables.POD_TEMPLATE_HASH,
        overMs / minute,
        (range?.endsBeforeMs ?? 0) / minute,
      ];
    });

  it('is both versions over the same time, each by its own name', () => {
    expect(asked(plain, {})).toEqual([
      ['new', 'new1', 15, 0],
      ['old', 'old1', 15, 0],
    ]);
    const [own] = comparison.ask(plain, subject);
    expect(own?.question.template).toBe('sum(rate(spent{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[1m]))');
  });

  it('is as long a time before the deployment started', () => {
    expect(asked(before, { ageMs: hour })[1]).toEqual(['old', 'new1', 15, 60]);
    // A rollback counts its version from its completion: what was before ends where its run began.
    expect(asked(before, { ageMs: hour, ...{ startedMsAgo: hour + 3 * minute } })[1]).toEqual([
      ...['old', 'new1', 15, 63],
    ]);
    expect(asked(before, { ageMs: 10.5 * minute })).toEqual([
      ['new', 'new1', 10, 0.5],
      ['old', 'new1', 10, 10.5],
    ]);
    expect(asked(trigger({ against: 'before_deployment' }), {})[1]).toEqual(['old', 'old1', 15, 60]);
  });

  it.each<[string, number, number]>([
    ['nothing while no interval is all of its time', minute - 1, 0],
    ['one sample of each then', minute, 1],
    ['whole intervals only', 5.9 * minute, 5],
    ['no more than the window', 40 * minute, 15],
    ['nothing any more after a day', 25 * hour, 0],
  ])('is %s', (_words, ageMs, minutes) => {
    expect(asked(plain, { ageMs })[0]?.[2] ?? 0).toBe(minutes);
  });

  it('is asked at instants that others share, all of its own time, and the same from slot to slot', () => {
    const quarter = minute / 4;
    const instants = (began: number, at: number, side: number) => {
      const { range, overMs = 0 } = comparison.ask(before, { ...subject, ageMs: at - began, at })[side] ?? {};
      const end = at - (range?.endsBeforeMs ?? 0);
      return { from: end - (overMs - minute), first: end - overMs, end };
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: hour }), fc.integer({ min: 8, max: 60 }), (late, slots) => {
        const began = 400 * hour + late;
        const at = Math.ceil(began / quarter) * quarter + minute + slots * quarter;
        const [own, old] = [instants(began, at, 0), instants(began, at, 1)];
        expect([own.end % quarter, old.end % quarter]).toEqual([0, 0]);
        // Nothing of the one is of the other's time, and less than a quarter is lost between them.
        expect(old.end).toBeLessThanOrEqual(began);
        expect(began - old.end).toBeLessThan(quarter);
        if (at - began < 15 * minute) {
          expect(own.first).toBeGreaterThanOrEqual(began);
          expect(own.first - began).toBeLessThan(quarter);
        }
        // Whoever began in the same quarter is asked for the very same.
        const other = (Math.ceil(began / quarter) - 1) * quarter + 1;
        expect(instants(other, at, 0)).toEqual(own);
        expect((instants(began, at + quarter, 0).end - own.end) % minute).toBe(0);
      }),
    );
  });

  it('is not the old version where nothing tells it apart', () => {
    expect(asked(plain, { toldApartBy: [] })).toEqual([['new', 'new1', 15, 0]]);
    const { before: _before, ...unknown } = subject;
    expect(comparison.ask(plain, unknown)).toHaveLength(1);
    expect(comparison.ask(trigger({ against: 'before_deployment' }), unknown)).toHaveLength(1);
    expect(comparison.ask(before, { ...unknown, toldApartBy: [] })).toHaveLength(2);
  });

  it('is the stretch before, where no deployment is in question', () => {
    for (const of of [plain, before])
      expect(asked(of, { ageMs: null })).toEqual([
        ['new', 'new1', 15, 0],
        ['old', 'new1', 15, 15],
      ]);
  });

  it('begins when it can have its samples, and never asks again whether it is over', () => {
    expect(plain.initialDelayMs).toBe(8.25 * minute);
    expect(trigger({ significance: 1e-5 }).initialDelayMs).toBe(10.25 * minute);
    expect(comparison.tellsWhetherOver).toBe(false);
  });
});

describe('what comes of both sides', () => {
  it.each<[string, ComparisonTrigger, number[], number[], number | null, boolean]>([
    ['twice as slow', plain, around(0.2), around(0.1), 2, true],
    ['slower, but not by as much', plain, around(0.12), around(0.1), 1.2, false],
    ['half as slow', plain, around(0.05), around(0.1), 0.5, false],
    ['the same', plain, around(0.1), around(0.1), 1, false],
    [
      'twice as slow, by chance',
      plain,
      [0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0, 0, 0.4],
      [0.1, 0.9, 0, 0.1, 0.1, 0.1, 0.3, 0.3, 0],
      1,
      false,
    ],
    ['too few of the new one', plain, around(0.2, 7), around(0.1), null, false],
    ['too few of the old one', plain, around(0.2), around(0.1, 7), null, false],
    ['none of the old one', plain, around(0.2), [], null, false],
    ['nothing before, and nothing now', plain, around(0, 9), around(0, 9), 1, false],
    ['nothing before, as much as counts as nothing now', plain, around(0.01), around(0, 9), 1, false],
    ['nothing before, three times that now', plain, around(0.03), around(0, 9), 3, true],
    ['infinitely slow', plain, around(inf, 9), around(0.1), inf, true],
    ['infinitely slow on both sides', plain, around(inf, 9), around(inf, 9), 1, false],
    [
      'half the traffic',
      trigger({ direction: 'decrease', minEffect: 0.8 }),
      around(50),
      around(100),
      0.5,
      true,
    ],
    [
      'no traffic',
      trigger({ direction: 'decrease', minEffect: 0.8 }),
      around(0, 9),
      around(100),
      0.0001,
      true,
    ],
    ['more traffic', trigger({ direction: 'decrease', minEffect: 0.8 }), around(200), around(100), 2, false],
    ['half, either way', trigger({ direction: 'either' }), around(50), around(100), 2, true],
    ['twice, either way', trigger({ direction: 'either' }), around(100), around(50), 2, true],
    ['the same, either way', trigger({ direction: 'either' }), around(50), around(50), 1, false],
    ['more by a difference', difference(), around(0.5), around(0.25), 0.25, true],
    ['more by less than that', difference(), around(0.3), around(0.25), 0.05, false],
    ['from nothing', difference(), around(0.25), around(0, 9), 0.25, true],
    ['less by a difference', difference({ direction: 'decrease' }), around(0.25), around(0.5), -0.25, true],
    [
      'more, where less is looked for',
      difference({ direction: 'decrease' }),
      around(0.5),
      around(0.25),
      0.25,
      false,
    ],
    ['less, either way', difference({ direction: 'either' }), around(0.25), around(0.5), 0.25, true],
  ])('%s', (_words, of, own, old, expected, breach) => {
    const reading = comparison.judge(of, sides(own, old));
    if (expected === null) expect(reading.kind).toBe('no-data');
    else {
      expect(reading.kind).toBe('value');
      if (expected === inf) expect(reading).toEqual({ kind: 'value', value: inf });
      else if (reading.kind === 'value') expect(reading.value).toBeCloseTo(expected, 9);
    }
    expect(isBreach(of, reading)).toBe(breach);
  });

  it.each<[string, TriggerPart[], Reading]>([
    ['nothing is asked any more', [], { kind: 'no-data', over: true }],
    ['the old version has gone', sides(around(1), around(1, 7)), { kind: 'no-data', over: true }],
    ['the old version is long gone', sides(around(1, 3), []), { kind: 'no-data', over: true }],
    ['both have begun', sides(around(1, 7), around(1, 7)), { kind: 'no-data' }],
    ['the source was away', sides([], []), { kind: 'no-data' }],
    ['the new version is gone', sides([], around(1)), { kind: 'no-data' }],
    ['there is no old version', [part('new', around(1))], { kind: 'no-data' }],
    [
      'the source is down',
      [part('new', around(1)), { name: 'old', reading: { kind: 'unreachable', reason: 'refused' } }],
      { kind: 'unreachable', reason: 'refused' },
    ],
    [
      'several series',
      [{ ...part('new', around(1)), samples: [around(1), around(2)] }, part('old', around(1))],
      { kind: 'ambiguous', count: 2 },
    ],
  ])('is no number where %s', (_words, parts, expected) => {
    expect(comparison.judge(plain, parts)).toEqual(expected);
  });

  const value = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 0, 1, 2, inf));
  const sample = fc.array(value, { maxLength: 30 });
  const anyTrigger = fc
    .record({
      direction: fc.constantFrom('increase', 'decrease', 'either'),
      effect: fc.constantFrom('ratio', 'difference'),
      size: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      significance: fc.constantFrom(0.05, 0.01, 0.001),
      samples: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ size, effect, direction, ...rest }) => {
      const minEffect = effect === 'difference' ? size : direction === 'decrease' ? size : 1 + size;
      return trigger({ ...rest, direction, effect, minEffect } as Partial<Declared>);
    });

  it('is in breach where it is significant and as large as declared, and only there', () => {
    fc.assert(
      fc.property(anyTrigger, sample, sample, (of, own, old) => {
        const reading = comparison.judge(of, sides(own, old));
        if (Math.min(own.length, old.length) < of.samples) expect(reading.kind).toBe('no-data');
        if (reading.kind === 'no-data') return;
        expect(reading.kind === 'value' && !Number.isNaN(reading.value)).toBe(true);
        expect(isBreach(of, reading)).toBe(isSignificant(of, own, old) && isLarge(of, own, old));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for the same parts, kept and read again, in words too', () => {
    fc.assert(
      fc.property(anyTrigger, sample, sample, (of, own, old) => {
        const parts = sides(own, old);
        const again = structuredClone(parts);
        const reading = comparison.judge(of, parts);
        expect(comparison.judge(of, again)).toEqual(reading);
        expect(comparison.describe(of, reading, again)).toBe(comparison.describe(of, reading, parts));
        const said = [
          comparison.describe(of, reading, parts),
          ...comparison.words(of, parts).map(({ text }) => text),
        ];
        expect(said.join(' ')).not.toMatch(/NaN|undefined|null/);
      }),
    );
  });

  it('is no breach where nothing changed, look after look, as long as a watch lasts', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    // Latencies of a service: a middle and a long tail.
    const next = () => 0.1 * Math.exp(0.2 * (random() + random() + random() + random() - 2) * 1.7);
    let breaches = 0;
    for (let watch = 0; watch < 200; watch += 1) {
      const [own, old] = [Array.from({ length: 30 }, next), Array.from({ length: 30 }, next)];
      for (let look = 15; look <= 30; look += 1) {
        const parts = sides(own.slice(look - 15, look), old.slice(look - 15, look));
        if (isBreach(plain, comparison.judge(plain, parts))) breaches += 1;
      }
    }
    expect(breaches).toBe(0);
  });
});

/** By the test alone. */
function isSignificant(
  { direction, significance }: ComparisonTrigger,
  own: number[],
  old: number[],
): boolean {
  const side = { increase: 'greater', decrease: 'less', either: 'either' } as const;
  return mannWhitney(own, old, side[direction]).p <= significance;
}

/** By the medians alone. */
function isLarge(
  { effect, direction, minEffect, floor }: ComparisonTrigger,
  own: number[],
  old: number[],
): boolean {
  const [a, b] = [median(own), median(old)];
  if (a === b) return false;
  const grown = effect === 'difference' ? a - b : Math.max(a, floor) / Math.max(b, floor);
  if (Number.isNaN(grown)) return false;
  if (effect === 'difference')
    return { increase: grown, decrease: -grown, either: Math.abs(grown) }[direction] > minEffect;
  if (direction === 'decrease') return grown < minEffect;
  return grown > minEffect || (direction === 'either' && 1 / grown > minEffect);
}

describe('in words', () => {
  const said = (of: ComparisonTrigger, own: number[], old: number[]) => {
    const parts = sides(own, old);
    return comparison.describe(of, comparison.judge(of, parts), parts);
  };

  it.each<[string, string | null]>([
    [
      "2× the old version's (0.2 s against 0.1 s, p < 0.0001), > 1.5× the old version's",
      said(plain, around(0.2), around(0.1)),
    ],
    [
      "1.2× the old version's (0.12 s against 0.1 s, p < 0.0001), fires at > 1.5× the old version's",
      said(plain, around(0.12), around(0.1)),
    ],
    [
      "not higher than the old version's by more than chance (0.1 s against 0.1 s, p = 0.53), fires at > 1.5× the old version's",
      said(plain, around(0.1), around(0.1)),
    ],
    [
      "3× the old version's (0.03 s against 0 s, which counts as 0.01 s, p < 0.0001), > 1.5× the old version's",
      said(plain, around(0.03), around(0, 10)),
    ],
    [
      '0.25 s above what it was before (0.5 s against 0.25 s, p < 0.0001), > 0.1 s above what it was before',
      said(difference({ against: 'before_deployment' }), around(0.5), around(0.25)),
    ],
    [
      'cannot be told yet: 7 samples of the new version and 10 of the old one, and 8 of each are needed',
      said(plain, around(0.2, 7), around(0.1)),
    ],
    [
      'cannot be told: nothing tells an older version apart that it could be compared with',
      comparison.describe(plain, { kind: 'no-data' }, [part('new', around(1))]),
    ],
    [
      'cannot be told any more: 10 samples of the new version and 7 of the old one, and 8 of each are needed',
      said(plain, around(0.2), around(0.1, 7)),
    ],
    [
      'cannot be told any more: there is nothing left to compare it with',
      comparison.describe(plain, comparison.judge(plain, []), []),
    ],
    ['cannot be told: there is too little to compare', comparison.describe(plain, { kind: 'no-data' }, [])],
    // What was packed has no parts any more, and says its number.
    ['', comparison.describe(plain, { kind: 'value', value: 1.2 }, [])],
    [
      '',
      comparison.describe(plain, { kind: 'unreachable', reason: 'refused' }, [
        { name: 'new', reading: { kind: 'unreachable', reason: 'refused' } },
      ]),
    ],
  ])('%s', (expected, words) => expect(words).toBe(expected === '' ? null : expected));

  it('both sides and what the test says stand beside it', () => {
    expect(comparison.words(plain, sides(around(0.2), around(0.1)))).toEqual([
      { title: 'New version', text: '0.2 s, median of 10 samples', limit: null },
      { title: 'Old version', text: '0.1 s, median of 10 samples', limit: null },
      { title: 'Pairs in which the new version is higher', text: '100 %', limit: null },
      { title: 'Chance', text: 'p < 0.0001', limit: '<= 0.01' },
    ]);
    expect(comparison.words(plain, [part('new', around(1, 3)), part('old', [])])).toEqual([
      { title: 'New version', text: '3 samples', limit: null },
      { title: 'Old version', text: 'no data', limit: null },
    ]);
  });

  it.each<[string, ComparisonTrigger]>([
    ["> 1.5× the old version's", plain],
    ["< 0.8× the old version's", trigger({ direction: 'decrease', minEffect: 0.8 })],
    ["> 1.6× the old version's or < 0.63×", trigger({ direction: 'either', minEffect: 1.6 })],
    ["> 0.1 s below the old version's", difference({ direction: 'decrease' })],
    ["> 0.1 s above or below the old version's", difference({ direction: 'either' })],
    ['> 1.5× what it was before', before],
  ])('fires at %s', (expected, of) => expect(comparison.limit(of)).toBe(expected));
});

describe('what cannot be declared', () => {
  const ofBefore = { against: 'before_deployment' } as const;
  it.each<[string, Partial<Declared>, string, string]>([
    ['a range of its own', { query: `${query} / sum(rate(a[5m]))` }, '/query', '$WINDOW as its only range'],
    [
      'one query for both versions',
      { query: 'rate(a[$WINDOW])' },
      '/query',
      '$POD_TEMPLATE_HASH or $REVISION',
    ],
    ['a ratio of 1', { minEffect: 1 }, '/minEffect', 'greater than 1'],
    ['a fall to more', { direction: 'decrease', minEffect: 1.5 }, '/minEffect', 'between 0 and 1'],
    ['a ratio to nothing', { floor: 0 }, '/floor', 'greater than 0'],
    ['a difference of nothing', { effect: 'difference', minEffect: 0 }, '/minEffect', 'greater than 0'],
    ['a floor under a difference', { effect: 'difference' }, '/floor', 'for a ratio'],
    ['too few samples', { window: 300 }, '/window', 'has 5 samples of each side and needs 8'],
    [
      'fewer than can be significant',
      { window: 600, samples: 1, significance: 1e-6 },
      '/window',
      'has 10 samples of each side and needs 12',
    ],
    ['too many', { window: 86_400 }, '/interval', 'makes 1440 samples'],
  ])('%s', (_words, over, path, message) => {
    const faults = comparison.lint({ ...declared, ...over });
    expect(faults.map((fault) => fault.path)).toContain(path);
    expect(faults.map((fault) => fault.message).join(' ')).toContain(message);
  });

  it.each<Partial<Declared>>([
    {},
    { query: 'sum(queue{a=~"[b-c]",v="$REVISION"}) # [5m]' },
    { query: `sum(rate(a{v="$\{REVISION}"}[$\{WINDOW}]))` },
    { ...ofBefore, query: 'sum(rate(a[ $WINDOW ]))' },
    { direction: 'decrease', minEffect: 0.5 },
  ])('%j can', (over) => expect(comparison.lint({ ...declared, ...over })).toEqual([]));

  it('is declared again as it was accepted', () => {
    for (const of of [plain, before, difference({ direction: 'decrease', window: 1200, samples: 10 })]) {
      const again = comparison.accept(comparison.declare(of), common);
      expect(again).toEqual(of);
      expect(comparison.lint(comparison.declare(of))).toEqual([]);
    }
  });
});
