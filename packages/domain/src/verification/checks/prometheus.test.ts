import { minute, second } from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../trigger/reading.ts';
import { type Comparator, isExpected, type PrometheusCheck, prometheus } from './prometheus.ts';

const errors: PrometheusCheck = {
  name: 'errors',
  type: 'prometheus',
  query: 'errors',
  comparator: '<=',
  expected: 0.01,
  passes: 3,
  timeoutMs: minute,
  everyMs: 10 * second,
};

describe('comparators are one-sided by name', () => {
  it.each<[number, Comparator, number, boolean]>([
    [0, '<=', 0.01, true],
    [0.01, '<=', 0.01, true],
    [0.011, '<=', 0.01, false],
    [99, '>=', 10, true],
    [9.9, '>=', 10, false],
    [204, '==', 200, false],
    [200, '==', 200, true],
    [Number.POSITIVE_INFINITY, '<=', 1, false],
    [Number.POSITIVE_INFINITY, '>=', 1, true],
    [0, '==', 0, true],
  ])('%d %s %d: %s', (actual, comparator, expected, pass) => {
    expect(isExpected({ comparator, expected }, actual)).toBe(pass);
  });

  it.each([
    [109, 100, true],
    [111, 100, false],
    [91, 100, true],
    [0.05, 0, true],
    [0.2, 0, false],
    [-95, -100, true],
  ])('%d within 10 %% of %d: %s', (actual, expected, pass) => {
    expect(isExpected({ comparator: 'within', expected, tolerance: 0.1 }, actual)).toBe(pass);
  });

  it('is exact when no tolerance is given', () => {
    expect(isExpected({ comparator: 'within', expected: 5 }, 5.001)).toBe(false);
  });

  it('never fails what is better than asked for', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true, min: 0 }), (expected, better) => {
        if (!Number.isFinite(expected)) return;
        expect(isExpected({ comparator: '<=', expected }, expected - better)).toBe(true);
        expect(isExpected({ comparator: '>=', expected }, expected + better)).toBe(true);
      }),
    );
  });
});

it.each<[Partial<PrometheusCheck>, string]>([
  [{}, '<= 0.01'],
  [{ comparator: 'within', expected: 5, tolerance: 0.1 }, '5 ± 10 %'],
])('%j expects %s', (over, text) => expect(prometheus.expected({ ...errors, ...over })).toBe(text));

it('asks its query with what the placeholders stand for', () => {
  const subject = { cluster: 'main', namespace: 'shop', variables: { SERVICE: 'web' } };
  expect(prometheus.ask(errors, subject)).toEqual({
    port: 'metrics',
    question: { template: 'errors', variables: { SERVICE: 'web' } },
  });
});

describe('a reading is judged', () => {
  it.each<[Reading, object]>([
    [
      { kind: 'value', value: 0 },
      { kind: 'seen', pass: true, actual: '0' },
    ],
    [
      { kind: 'value', value: 0.5 },
      { kind: 'seen', pass: false, actual: '0.5' },
    ],
    [{ kind: 'not-a-number' }, { kind: 'could-not-ask', reason: 'not a number (no traffic?)' }],
    [
      { kind: 'unreachable', reason: 'refused' },
      { kind: 'could-not-ask', reason: 'could not ask: refused' },
    ],
  ])('%j', (reading, attempt) => expect(prometheus.judge(errors, { reading })).toEqual(attempt));

  it('an empty answer passes nothing, whatever an old declaration says', () => {
    const old = { ...errors, onNoData: 'pass' };
    expect(prometheus.judge(old, { reading: { kind: 'no-data' } })).toEqual({
      kind: 'could-not-ask',
      reason: 'no data',
    });
  });
});

it('keeps what was declared, with its defaults', () => {
  const declared = {
    name: 'errors',
    type: 'prometheus',
    query: 'errors',
    comparator: '<=',
    expected: 0,
  } as const;
  expect(prometheus.accept(declared, [])).toEqual({
    ...declared,
    passes: 3,
    timeoutMs: 300_000,
    everyMs: 5_000,
  });
});
