import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSeldom } from './seldom.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counted(pauseMs: number) {
  let acts = 0;
  const seldom = createSeldom(() => {
    acts += 1;
  }, pauseMs);
  return { ...seldom, acts: () => acts };
}

test('many wishes are one act', () => {
  const one = counted(5000);
  for (let n = 0; n < 50; n += 1) one.wish(300);
  vi.advanceTimersByTime(300);
  expect(one.acts()).toBe(1);
});

test('the next waits for the pause, and is done then', () => {
  const one = counted(5000);
  one.wish(0);
  vi.advanceTimersByTime(0);
  one.wish(100);
  vi.advanceTimersByTime(4_900);
  expect(one.acts()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(one.acts()).toBe(2);
});

test('what is more urgent comes forward, what is less never puts off', () => {
  const one = counted(0);
  one.wish(60_000);
  one.wish(200);
  one.wish(30_000);
  vi.advanceTimersByTime(200);
  expect(one.acts()).toBe(1);
  vi.advanceTimersByTime(120_000);
  expect(one.acts()).toBe(1);
});

test('what cannot wait for the pause is done after a shorter one', () => {
  const one = counted(5000);
  one.wish(0);
  vi.advanceTimersByTime(0);
  one.wish(100);
  one.wish(100, 500);
  vi.advanceTimersByTime(499);
  expect(one.acts()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(one.acts()).toBe(2);
});
