import { expect, test } from 'vitest';
import { clockTime, spokenDuration } from './duration.ts';

test.each([
  [7, '0:07'],
  [80, '1:20'],
  [3723, '1:02:03'],
  [0, '0:00'],
  [-4, '0:00'],
  [39.9, '0:39'],
  [0.3, '0:00'],
  [40 - 1e-9, '0:40'],
])('%s s reads %s on a clock', (seconds, text) => {
  expect(clockTime(seconds)).toBe(text);
});

test.each([
  [0, '0 s'],
  [0.04, '40 ms'],
  [0.42, '0.4 s'],
  [20.4, '20 s'],
  [59.7, '59 s'],
  [120, '2 min'],
  [150, '2 min 30 s'],
  [3900, '1 h 5 min'],
  [86_400 * 3, '3 d'],
])('%s s is spoken %s', (seconds, text) => {
  expect(spokenDuration(seconds)).toBe(text);
});
