import { expect, test } from 'vitest';
import { interruptions } from './interruptions.ts';

test.each([
  [{ pausedSeconds: 200, awaySeconds: 75 }, 'paused 3:20, Lastgood was away 1:15'],
  [{ pausedSeconds: 0, awaySeconds: 75.9 }, 'Lastgood was away 1:15'],
  [{ pausedSeconds: 0.4, awaySeconds: 0.9 }, ''],
])('%j reads %j', (times, words) => {
  expect(interruptions(times)).toBe(words);
});
