import { expect, test } from 'vitest';
import { fullMoment, relativeTime, shortMoment } from './moment.ts';

const now = Date.UTC(2026, 10, 24, 14, 30, 0);

test.each([
  [now - 400, 'just now'],
  [now - 12_000, '12 s ago'],
  [now - 59_900, '59 s ago'],
  [now - 4.9 * 60_000, '4 min ago'],
  [now - 3 * 3_600_000, '3 h ago'],
  [now - 2.5 * 86_400_000, '2 d ago'],
  [now + 40_000, 'in 40 s'],
])('%s reads %s', (at, text) => {
  expect(relativeTime(at, now)).toBe(text);
});

test('a moment is as short as it can be without being ambiguous', () => {
  expect(shortMoment(now - 28 * 60_000, now, 'UTC')).toBe('14:02');
  expect(shortMoment(now - 86_400_000, now, 'UTC')).toBe('Mon 14:30');
  expect(shortMoment(now - 12 * 86_400_000, now, 'UTC')).toBe('12 Nov 14:30');
});

test('the same weekday a week ago is written as a date', () => {
  expect(shortMoment(now - 7 * 86_400_000, now, 'UTC')).toBe('17 Nov 14:30');
});

test('the full moment names its zone', () => {
  expect(fullMoment(now, 'UTC')).toBe('24 Nov 2026, 14:30:00 UTC');
});
