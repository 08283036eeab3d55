import { expect, test } from 'vitest';
import { nextText } from './next-words.tsx';

const now = Date.UTC(2026, 0, 5, 12);
const next = (seconds: number | null) => ({
  words: 'rolls back to v41',
  at: seconds === null ? null : new Date(now + seconds * 1000).toISOString(),
});

test('counts down to the instant that the server gave', () => {
  expect(nextText(next(14), now)).toBe('rolls back to v41 in 0:14');
  expect(nextText(next(14), now + 13_500)).toBe('rolls back to v41 in 0:00');
});

test('what is due is said so and never counts below zero', () => {
  expect(nextText(next(0), now)).toBe('rolls back to v41 any moment');
  expect(nextText(next(-30), now)).toBe('rolls back to v41 any moment');
});

test('an act without an instant is not given one', () => {
  expect(nextText(next(null), now)).toBe('rolls back to v41');
});

test('a far instant is told by its clock', () => {
  expect(nextText({ ...next(20 * 3600), words: 'calls again' }, now)).toMatch(/^calls again Tue \d\d:\d\d$/);
});
