import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { restBeforeAsking } from './rest-before-asking.ts';

beforeEach(() => void vi.useFakeTimers({ now: 100_000 }));
afterEach(() => void vi.useRealTimers());

test('an answer of just now is asked for again once it is five seconds old, an older one at once', async () => {
  let asked = 0;
  void restBeforeAsking(Date.now() - 2_000, new AbortController().signal).then(() => {
    asked += 1;
  });
  await vi.advanceTimersByTimeAsync(2_900);
  expect(asked).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toBe(1);
  await restBeforeAsking(Date.now() - 5_000, new AbortController().signal);
});

test('who goes away ends the wait', async () => {
  const page = new AbortController();
  const waiting = restBeforeAsking(Date.now(), page.signal);
  page.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  expect(vi.getTimerCount()).toBe(0);
});
