import { expect, test } from 'vitest';
import { createServerClock } from './server-clock.ts';

test('without an observation the browser is trusted', () => {
  expect(createServerClock().offsetMs()).toBe(0);
});

test('the least delayed observation wins', () => {
  const clock = createServerClock();
  clock.setFrom(10_000, 10_400);
  clock.setFrom(20_000, 20_020);
  clock.setFrom(30_000, 31_000);
  expect(clock.offsetMs()).toBe(-20);
});

test('an unreadable time is ignored', () => {
  const clock = createServerClock();
  clock.setFrom(Number.NaN, 5);
  expect(clock.offsetMs()).toBe(0);
});

test('old observations are forgotten, so a corrected clock is followed', () => {
  const clock = createServerClock();
  clock.setFrom(90_000, 0);
  for (let i = 0; i < 20; i += 1) clock.setFrom(1000 + i, 1000 + i);
  expect(clock.offsetMs()).toBe(0);
});
