import { expect, it } from 'vitest';
import { createBreaker } from './breaker.ts';

const limits = { opensAfter: 3, firstPauseMs: 2_000, longestPauseMs: 5_000 };

it('opens after a few silences in a row, tries again with growing pauses up to a ceiling, and closes at an answer', () => {
  let now = 0;
  const breaker = createBreaker(() => now, limits);
  const silent = () => {
    expect(breaker.refusal()).toBeNull();
    breaker.unanswered();
  };
  silent();
  silent();
  silent();
  expect(breaker.refusal()).toBe('it gives no answer; it is asked again within 5 s');
  now += 2_000;
  silent();
  now += 3_999;
  expect(breaker.refusal()).toBe('it gives no answer; it is asked again within 5 s');
  now += 1;
  silent();
  now += 4_999;
  expect(breaker.refusal()).not.toBeNull();
  now += 1;
  expect(breaker.refusal()).toBeNull();
  breaker.answered();
  silent();
  expect(breaker.refusal()).toBeNull();
});

it('lets one question try at a time', () => {
  let now = 0;
  const breaker = createBreaker(() => now, { ...limits, opensAfter: 1 });
  breaker.unanswered();
  now += 2_000;
  expect(breaker.refusal()).toBeNull();
  expect(breaker.refusal()).not.toBeNull();
});

it('does not open for silences with answers between them', () => {
  const breaker = createBreaker(() => 0, limits);
  for (let n = 0; n < 10; n += 1) {
    breaker.unanswered();
    breaker.unanswered();
    breaker.answered();
  }
  expect(breaker.refusal()).toBeNull();
});
