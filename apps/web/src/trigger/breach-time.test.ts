import { expect, test } from 'vitest';
import { breachTimeAt } from './breach-time.ts';

const readAt = '2026-01-01T00:00:00.000Z';
const base = Date.parse(readAt);
const pending = {
  phase: 'pending' as const,
  heldSeconds: 80,
  forSeconds: 120,
  holdLeftSeconds: 40,
  readAt,
  frozen: false,
};

test('counts on between readings', () => {
  expect(breachTimeAt(pending, base + 4000, 15)).toEqual({
    lasted: 84,
    left: 36,
    needed: 120,
    frozen: false,
  });
});

test('never promises more than one interval without news', () => {
  expect(breachTimeAt(pending, base + 60_000, 15)).toMatchObject({ lasted: 95, left: 25 });
});

test('stands still while the newest reading says nothing', () => {
  expect(breachTimeAt({ ...pending, frozen: true }, base + 9000, 15)).toMatchObject({
    left: 40,
    frozen: true,
  });
});

test('a browser clock behind the reading takes nothing back', () => {
  expect(breachTimeAt(pending, base - 5000, 15)).toMatchObject({ lasted: 80, left: 40 });
});

test('ends at due, not below', () => {
  expect(breachTimeAt({ ...pending, holdLeftSeconds: 3 }, base + 14_000, 15)?.left).toBe(0);
});

test('nothing is counted unless pending', () => {
  expect(breachTimeAt({ ...pending, phase: 'firing', holdLeftSeconds: null }, base, 15)).toBeNull();
});
