import { expect, test } from 'vitest';
import { reconnectDelayMs } from './backoff.ts';

test('waits double up to a ceiling', () => {
  expect([0, 1, 2, 3].map((attempt) => reconnectDelayMs(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
  expect(reconnectDelayMs(9, 1)).toBe(15_000);
  expect(reconnectDelayMs(5000, 1)).toBe(15_000);
});

test('chance takes away at most half', () => {
  expect(reconnectDelayMs(1, 0)).toBe(500);
  expect(reconnectDelayMs(9, 0)).toBe(7500);
});
