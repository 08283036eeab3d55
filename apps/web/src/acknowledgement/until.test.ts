import { expect, test } from 'vitest';
import { spanWords, untilOf } from './until.ts';

const local = (day: number, hour: number, minute = 0): number =>
  new Date(2026, 0, day, hour, minute).getTime();

test('spans are counted from the press', () => {
  const now = local(5, 14, 2);
  expect(untilOf('half-an-hour', now)).toBe(local(5, 14, 32));
  expect(untilOf('two-hours', now)).toBe(local(5, 16, 2));
});

test('the next morning is tomorrow by day and today in the night', () => {
  expect([untilOf('next-morning', local(5, 14)), spanWords('next-morning', local(5, 14))]).toEqual([
    local(6, 9),
    'tomorrow 9:00',
  ]);
  expect([untilOf('next-morning', local(5, 3)), spanWords('next-morning', local(5, 3))]).toEqual([
    local(5, 9),
    'today 9:00',
  ]);
  expect(untilOf('next-morning', local(5, 8, 45))).toBe(local(6, 9));
});
