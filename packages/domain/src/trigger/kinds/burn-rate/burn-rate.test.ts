import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { TriggerPart } from '../../part.ts';
import type { Reading } from '../../reading.ts';
import { cutWindow, overWindow } from '../window.ts';
import { burnRate } from './burn-rate.ts';
import { type BurnRateTrigger, budgetOf } from './declared.ts';

const minute = 60_000;
const hour = 60 * minute;

const common = {
  name: 'slo',
  severity: 'auto_rollback',
  description: '',
  onNoData: 'hold',
  onNotANumber: 'hold',
  initialDelayMs: 0,
  keepFiringMs: 0,
  shadow: false,
} as const;

const query = 'sum(rate(failed[$WINDOW])) / sum(rate(all[$WINDOW]))';
const declared = { query, objective: 0.999 };
const slo = burnRate.accept(declared, common);
const onePair: BurnRateTrigger = { ...slo, windows: slo.windows.slice(0, 1) };

const subject = { variables: { SERVICE: 'web' }, ageMs: null as number | null, toldApartBy: [] as string[] };
const value = (of: number): Reading => ({ kind: 'value', value: of });
const parts = (...readings: (Reading | number)[]): TriggerPart[] =>
  readings.map((reading, index) => ({
    name: `${Math.floor(index / 2) + 1} ${index % 2 === 0 ? 'long' : 'short'}`,
    reading: typeof reading === 'number' ? value(reading) : reading,
  }));
const noData: Reading = { kind: 'no-data' };
const down: Reading = { kind: 'unreachable', reason: 'refused' };

const isBreach = (reading: Reading) => reading.kind === 'value' && reading.value > slo.threshold;

describe('what it asks', () => {
  const asked = (trigger: BurnRateTrigger, over: Partial<typeof subject>) =>
    burnRate.ask(trigger, { ...subject, ...over }).map(({ name, overMs, question }) => {
      const [, window] = /\[(.+?)\]/.exec(question.template) ?? [];
      return [name, overMs, window];
    });

  it('is every window of the usual three pairs where the version is old', () => {
    expect(asked(slo, {})).toEqual([
      ['1 long', hour, '1h'],
      ['1 short', 5 * minute, '5m'],
      ['2 long', 6 * hour, '6h'],
      ['2 short', 30 * minute, '30m'],
      ['3 long', 72 * hour, '3d'],
      ['3 short', 6 * hour, '6h'],
    ]);
  });

  it.each<[string, number, [string, number, string][]]>([
    ['nothing of what is younger than the shortest window', 5 * minute - 1, []],
    [
      'as old as it: both windows of the first pair are that',
      5 * minute,
      [
        ['1 long', 5 * minute, '5m'],
        ['1 short', 5 * minute, '5m'],
      ],
    ],
    [
      '12:59 old: the long window ends where the version begins, in whole minutes',
      13 * minute - 1_000,
      [
        ['1 long', 12 * minute, '12m'],
        ['1 short', 5 * minute, '5m'],
      ],
    ],
    [
      'half an hour old: the second pair joins',
      30 * minute,
      [
        ['1 long', 30 * minute, '30m'],
        ['1 short', 5 * minute, '5m'],
        ['2 long', 30 * minute, '30m'],
        ['2 short', 30 * minute, '30m'],
      ],
    ],
  ])('is %s', (_words, ageMs, expected) => expect(asked(slo, { ageMs })).toEqual(expected));

  it.each(['POD_TEMPLATE_HASH', 'REVISION'])('is not cut where $%s finds the new version only', (name) => {
    const own = {
      ...onePair,
      query: `sum(rate(failed{v="$${name}"}[$WINDOW])) / sum(rate(all{v="$${name}"}[$WINDOW]))`,
    };
    expect(asked(own, { ageMs: 10 * minute, toldApartBy: [name] })[0]).toEqual(['1 long', hour, '1h']);
    expect(asked(own, { ageMs: 10 * minute, toldApartBy: [] })[0]).toEqual(['1 long', 10 * minute, '10m']);
    expect(asked(own, { ageMs: minute, toldApartBy: [name] })).toEqual([]);
  });

  it('fills in nothing but the window', () => {
    const [part] = burnRate.ask(
      { ...slo, query: `rate(a{b="$SERVICE"}[\${WINDOW}]) / rate(c[$WINDOW]) + $WINDOWS` },
      subject,
    );
    expect(part?.question).toEqual({
      template: 'rate(a{b="$SERVICE"}[1h]) / rate(c[1h]) + $WINDOWS',
      variables: { SERVICE: 'web' },
    });
  });

  it('writes windows as names of recorded series have them', () => {
    expect(
      [5_000, 90_000, hour, 36 * hour, 48 * hour].map((ms) => overWindow('ratio_rate$WINDOW', ms)),
    ).toEqual(['5s', '90s', '1h', '36h', '2d'].map((window) => `ratio_rate${window}`));
  });

  it('is not due before its shortest window fits into the age', () => {
    expect(slo.initialDelayMs).toBe(5 * minute);
    expect(burnRate.accept(declared, { ...common, initialDelayMs: hour }).initialDelayMs).toBe(hour);
  });
});

test('a cut window never reaches before the version, nor is it shorter than the short one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 86_400 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 2_592_000 }),
      (short, times, more) => {
        const [shortMs, longMs, ageMs] = [short * 1000, short * times * 1000, short * 1000 + more * 1000];
        const cut = cutWindow(longMs, ageMs, shortMs);
        expect(cut).toBeLessThanOrEqual(Math.max(longMs, shortMs));
        expect(cut).toBeLessThanOrEqual(ageMs);
        expect(cut).toBeGreaterThanOrEqual(Math.min(longMs, shortMs));
        if (cut < longMs) expect(ageMs - cut).toBeLessThan(Math.max(1_000, shortMs / 5));
      },
    ),
  );
});

describe('what it makes of the answers', () => {
  it.each<[string, (Reading | number)[], Reading]>([
    ['both windows over the limit: a breach, by the lesser', [0.0288, 0.0216], value(1.5)],
    ['the long one alone: the errors are over', [0.0288, 0.0072], value(0.5)],
    ['the short one alone: a burst', [0.0036, 0.5], value(0.25)],
    ['just the limit: no breach', [0.0144, 0.0144], value(1)],
    ['one unknown, the other within: they cannot both exceed it', [noData, 0.0072], value(0.5)],
    ['one unknown, the other over: nobody knows', [0.0288, noData], noData],
    ['both unknown: the graver is said', [noData, down], down],
    [
      'both not a number, without requests',
      [{ kind: 'not-a-number' }, { kind: 'not-a-number' }],
      { kind: 'not-a-number' },
    ],
    ['not one series', [0.5, { kind: 'ambiguous', count: 3 }], { kind: 'ambiguous', count: 3 }],
    ['errors without any requests before', [Number.POSITIVE_INFINITY, 0.0288], value(2)],
  ])('%s', (_words, readings, expected) => {
    const reading = burnRate.judge(onePair, parts(...readings));
    if (expected.kind === 'value' && reading.kind === 'value')
      expect(reading.value).toBeCloseTo(expected.value, 10);
    else expect(reading).toEqual(expected);
  });

  it('any pair fires it, and one that is not asked yet keeps nobody from health', () => {
    const slow = parts(0.001, 0.001, 0.007, 0.008);
    expect(isBreach(burnRate.judge(slo, slow))).toBe(true);
    expect(burnRate.judge(slo, parts(0.001, 0.001))).toMatchObject({ kind: 'value' });
    expect(isBreach(burnRate.judge(slo, parts(0.001, 0.001)))).toBe(false);
  });

  it('says no health while a pair that might exceed its limit is not known', () => {
    expect(burnRate.judge(slo, parts(0.001, 0.001, 0.1, down))).toEqual(down);
    expect(isBreach(burnRate.judge(slo, parts(0.1, 0.1, 0.1, down)))).toBe(true);
  });

  it('where nothing was asked it could not be', () => {
    expect(burnRate.judge(slo, [])).toMatchObject({ kind: 'unreachable' });
  });

  test('it is a breach exactly where both windows of a pair exceed rate x (1 - objective)', () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    const window = fc.record({
      rate: fc.double({ min: 0.1, max: 100, noNaN: true }),
      long: ratio,
      short: ratio,
    });
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(0.9, 0.99, 0.999, 0.9995),
        (pairs, objective) => {
          const trigger = {
            ...slo,
            objective,
            windows: pairs.map(({ rate }) => ({ rate, longMs: hour, shortMs: 5 * minute })),
          };
          const reading = burnRate.judge(
            trigger,
            parts(...pairs.flatMap(({ long, short }) => [long, short])),
          );
          const limits = pairs.map(({ rate }) => rate * budgetOf(objective));
          // Divided, what is a hair's breadth over its limit is the limit.
          const over = (by: number) =>
            pairs.some(({ long, short }, at) => Math.min(long, short) > (limits[at] ?? 0) * by);
          if (over(1 + 1e-12)) expect(isBreach(reading)).toBe(true);
          if (!over(1)) expect(isBreach(reading)).toBe(false);
        },
      ),
    );
  });

  test('an answer that is missing never makes a breach, nor health, of what would not be one with any answer', () => {
    const answer = fc.oneof(fc.constantFrom(0, 0.001, 0.01, 0.02, 0.5), fc.constantFrom(noData, down));
    fc.assert(
      fc.property(fc.array(answer, { minLength: 6, maxLength: 6 }), (answers) => {
        const reading = burnRate.judge(slo, parts(...answers));
        const filled = (by: number) =>
          burnRate.judge(slo, parts(...answers.map((one) => (typeof one === 'number' ? one : by))));
        if (reading.kind !== 'value') expect(isBreach(filled(0))).not.toBe(isBreach(filled(1)));
        else for (const by of [0, 1]) expect(isBreach(filled(by))).toBe(isBreach(reading));
      }),
    );
  });
});

test('the single window of 5 minutes at 14.4 fires after 0.17 % of a budget of 30 days, two windows after 2 %', () => {
  // All fails from minute 0 on, at so many times what is allowed; before, nothing did. Spent is that share of 30 days' budget.
  const spentWhenFiring = (windows: BurnRateTrigger['windows'], burn: number): number => {
    for (let at = 1; at <= 3 * 24 * 60; at += 1) {
      const over = (ms: number) => (burn * 0.001 * Math.min(at, ms / minute)) / (ms / minute);
      const answers = windows.flatMap(({ longMs, shortMs }) => [over(longMs), over(shortMs)]);
      if (isBreach(burnRate.judge({ ...slo, windows }, parts(...answers))))
        return (burn * at) / (30 * 24 * 60);
    }
    return Number.POSITIVE_INFINITY;
  };
  const single = [{ rate: 14.4, longMs: 5 * minute, shortMs: 5 * minute }];
  expect(spentWhenFiring(single, 14.5)).toBeCloseTo(0.0017, 3);
  expect(spentWhenFiring(onePair.windows, 14.5)).toBeCloseTo(0.02, 2);
  expect(spentWhenFiring(slo.windows.slice(1, 2), 6.05)).toBeCloseTo(0.05, 2);
  expect(spentWhenFiring(slo.windows.slice(2), 1.01)).toBeCloseTo(0.1, 2);
});

describe('whether it is over, asked of what is back', () => {
  it('asks the short windows, and of a longer one its last five minutes', () => {
    const asked = burnRate.askWhetherOver?.(slo, subject).map(({ name, overMs }) => [name, overMs]);
    expect(asked).toEqual([
      ['1 short', 5 * minute],
      ['2 short', 5 * minute],
      ['3 short', 5 * minute],
    ]);
  });

  it('it is while the short window is within the limit', () => {
    const short = (reading: number) => [{ name: '1 short', reading: value(reading) }];
    expect(isBreach(burnRate.judge(onePair, short(0.01)))).toBe(false);
    expect(isBreach(burnRate.judge(onePair, short(0.02)))).toBe(true);
  });
});

describe('in words', () => {
  const cut = burnRate
    .ask(onePair, { ...subject, ageMs: 12 * minute })
    .map(({ question: _q, ...part }, index) => ({
      ...part,
      reading: value(index === 0 ? 0.022 : 0.018),
    }));

  it.each<[string, string | null]>([
    ['limit', '> 14.4× over 1 h and 5 m'],
    ['breach', 'burns 22× over 12 m (of 1 h) and 18× over 5 m, > 14.4×'],
    ['health', 'burns 5× over 1 h and 4× over 5 m, fires at > 14.4×'],
    ['packed', 'burns 27.8 % of what it may, fires at > 14.4× over 1 h and 5 m'],
    ['silence', null],
  ])('%s', (which, expected) => {
    const judged = burnRate.judge(onePair, cut);
    const said = {
      limit: () => burnRate.limit(onePair),
      breach: () => burnRate.describe(onePair, judged, cut),
      health: () => burnRate.describe(onePair, value(0.2778), parts(0.005, 0.004)),
      packed: () => burnRate.describe(onePair, value(0.2778), []),
      silence: () => burnRate.describe(onePair, noData, parts(noData, noData)),
    };
    expect(said[which as keyof typeof said]()).toBe(expected);
  });

  it('tells each window that was asked', () => {
    expect(burnRate.words(onePair, cut)).toEqual([
      { title: 'Burn over 12 m (of 1 h)', text: '22×', limit: '> 14.4×' },
      { title: 'Burn over 5 m', text: '18×', limit: '> 14.4×' },
    ]);
  });
});

describe('what is declared', () => {
  it('comes back as it was', () => {
    const windows = [{ rate: 2, long: 3600, short: 300 }];
    expect(burnRate.declare(burnRate.accept({ ...declared, windows }, common))).toEqual({
      ...declared,
      windows,
    });
    expect(burnRate.accept({ ...declared, windows: [{ rate: 2, long: 3600 }] }, common).windows).toEqual([
      { rate: 2, longMs: hour, shortMs: 5 * minute },
    ]);
  });

  it.each<[string, object, string]>([
    ['a query without its window', { query: 'rate(a[5m])' }, '/query'],
    ['a window of another name', { query: 'rate(a[$WINDOWS])' }, '/query'],
    [
      'a short window as long as the long one',
      { windows: [{ rate: 2, long: 600, short: 600 }] },
      '/windows/0/short',
    ],
    [
      'a rate that not even all requests failing would exceed',
      { objective: 0.9, windows: [{ rate: 10, long: 600 }] },
      '/windows/0/rate',
    ],
    ['the usual rates for an objective that they cannot exceed', { objective: 0.9 }, '/objective'],
    ['a twelfth that is too short', { windows: [{ rate: 2, long: 60 }] }, '/windows/0/long'],
  ])('%s is refused', (_words, over, path) => {
    expect(burnRate.lint({ ...declared, ...over })).toMatchObject([{ path }]);
  });

  it('is parsed with a window in the place of the placeholder, and shown as it was written', () => {
    const [asked] = burnRate.queries(slo);
    expect(asked?.declared).toBe(query);
    expect(asked?.template).toBe('sum(rate(failed[5m     ])) / sum(rate(all[5m     ]))');
    expect(burnRate.lint(declared)).toEqual([]);
  });
});
