import { expect, test } from 'vitest';
import { interruptions } from './interruptions.ts';

test.each([
  [{ pausedSeconds: 200, awaySeconds: 75 }, 'paused 3 min 20 s, Lastgood was away 1 min 15 s'],
  [{ pausedSeconds: 0, awaySeconds: 75.9 }, 'Lastgood was away 1 min 15 s'],
  [{ pausedSeconds: 0.4, awaySeconds: 0.9 }, ''],
])('%j reads %j', (times, words) => {
  expect(interruptions(times)).toBe(words);
});
