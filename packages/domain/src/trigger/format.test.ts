import { expect, test } from 'vitest';
import { formatInstant, formatMoment, formatSpan } from './format.ts';

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
