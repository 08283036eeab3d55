import { expect, test } from 'vitest';
import { holdAt } from './hold.ts';

const readAt = '2026-01-01T00:00:00.000Z';
const base = Date.parse(readAt);
const pending = {
  phase: 'pending' as const,
  heldSeconds: 80,
  forSeconds: 120,
  holdLeftSeconds: 40,
  readAt,
  trouble: null,
};

test('counts on between readings', () => {
  expect(holdAt(pending, base + 4000, 15)).toEqual({ held: 84, left: 36, needed: 120, frozen: false });
});

test('never promises more than one interval without news', () => {
  expect(holdAt(pending, base + 60_000, 15)).toMatchObject({ held: 95, left: 25 });
});

test('stands still while the source cannot be asked', () => {
  const trouble = { since: readAt, reason: 'timed out' };
  expect(holdAt({ ...pending, trouble }, base + 9000, 15)).toMatchObject({ left: 40, frozen: true });
});

test('a browser clock behind the reading takes nothing back', () => {
  expect(holdAt(pending, base - 5000, 15)).toMatchObject({ held: 80, left: 40 });
});

test('ends at due, not below', () => {
  expect(holdAt({ ...pending, holdLeftSeconds: 3 }, base + 14_000, 15)?.left).toBe(0);
});

test('nothing lasts unless pending', () => {
  expect(holdAt({ ...pending, phase: 'firing', holdLeftSeconds: null }, base, 15)).toBeNull();
});
