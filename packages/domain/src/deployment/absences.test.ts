import { expect, test } from 'vitest';
import { awayWithin } from './absences.ts';

test.each([
  ['none', [], 0],
  ['one within', [{ from: 20, to: 50 }], 30],
  [
    'one that begins before and one that ends after',
    [
      { from: -50, to: 10 },
      { from: 90, to: 500 },
    ],
    20,
  ],
  [
    'two that overlap, in any order',
    [
      { from: 30, to: 60 },
      { from: 20, to: 40 },
    ],
    40,
  ],
  [
    'one within another',
    [
      { from: 20, to: 80 },
      { from: 30, to: 40 },
    ],
    60,
  ],
  ['one that was over before', [{ from: -50, to: -10 }], 0],
])('of a span, %s', (_words, absences, away) => expect(awayWithin(absences, 0, 100)).toBe(away));
