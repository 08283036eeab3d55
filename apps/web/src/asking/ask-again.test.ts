import { ApiError } from '@lastgood/api-client';
import { describe, expect, test } from 'vitest';
import { actAgain, againAfterMs, readAgain } from './ask-again.ts';

const problem = (status: number, retryAfter: number | null = null) =>
  new ApiError({ type: 'about:blank', title: 't', status, detail: 'd' }, retryAfter);

describe('after a refusal for want of room', () => {
  test('it is asked again, an act too, and not for ever', () => {
    expect([readAgain(0, problem(429)), readAgain(4, problem(429)), readAgain(5, problem(429))]).toEqual([
      true,
      true,
      false,
    ]);
    expect([actAgain(0, problem(429)), actAgain(5, problem(429))]).toEqual([true, false]);
  });

  test('not before the time that the server names, and not all at once', () => {
    for (const random of [0, 0.5, 0.999])
      expect(againAfterMs(0, problem(429, 3), random)).toBeGreaterThanOrEqual(3_000);
    expect(againAfterMs(1, problem(429, 3), 0.9)).not.toBe(againAfterMs(1, problem(429, 3), 0.1));
  });
});

test('an act is not sent again when nobody knows what became of it', () => {
  expect([actAgain(0, problem(503, 2)), actAgain(0, new TypeError('fetch failed'))]).toEqual([false, false]);
});

test('a "no" is final; a fault of the server or the network is not at once', () => {
  expect(readAgain(0, problem(404))).toBe(false);
  expect([readAgain(1, problem(500)), readAgain(2, problem(500))]).toEqual([true, false]);
  expect(againAfterMs(3, new TypeError('fetch failed'), 0.5)).toBeGreaterThan(
    againAfterMs(0, new TypeError('fetch failed'), 0.5),
  );
});
