import { expect, test } from 'vitest';
import { formatBeside, formatInstant, formatMoment, formatSpan, formatValue } from './format.ts';

test.each([
  [0, '0 s'],
  [-5_000, '0 s'],
  [999, '0 s'],
  [1_000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [94_000, '1 min 34 s'],
  [3_600_000, '1 h'],
  [3_630_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [86_400_000, '1 d'],
  [86_700_000, '1 d'],
  [97_200_000, '1 d 3 h'],
  [86_400_000 * 400, '400 d'],
])('%i ms are %s', (ms, expected) => expect(formatSpan(ms)).toBe(expected));

test('an instant says its day and that it is UTC', () => {
  const at = Date.parse('2026-11-28T23:59:59.999Z');
  expect(formatInstant(at)).toBe('2026-11-28 23:59:59 UTC');
  expect(formatMoment(at, at + 86_399_999)).toBe('23:59:59 UTC');
  expect(formatMoment(at, at + 86_400_000)).toBe(formatInstant(at));
});

test.each([
  [0, 's', '0 s'],
  [0.00002, 's', '0.00002 s'],
  [0.0000012, 'ratio', '0.0001 %'],
  [0.00000012, 'ratio', '0.000012 %'],
  [1e-9, '', '1e-9'],
  [-0.00004, 's', '-0.00004 s'],
  [0.0034, 's', '0.0034 s'],
  [0.082, 'ratio', '8.2 %'],
])('%d %s reads as no less than it is: %s', (value, unit, expected) =>
  expect(formatValue(value, unit)).toBe(expected),
);

test.each([
  [0.05001, 0.05, 'ratio', '5.001 %'],
  [0.04999, 0.05, 'ratio', '4.999 %'],
  [0.05, 0.05, 'ratio', '5 %'],
  [0.082, 0.05, 'ratio', '8.2 %'],
  [300.2, 300, 'ms', '300.2 ms'],
  [1.000001, 1, 'restarts', '1.000001 restarts'],
  [0.00002, 0, 's', '0.00002 s'],
  [Number.POSITIVE_INFINITY, 5, 's', '+Inf'],
])('%d beside %d %s is told apart from it: %s', (value, limit, unit, expected) =>
  expect(formatBeside(value, limit, unit)).toBe(expected),
);
