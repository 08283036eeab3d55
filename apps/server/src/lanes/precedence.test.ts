import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLane } from './lane.ts';
import { createPrecedence } from './precedence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('is free again when the last one has given it back, however often', async () => {
  const precedence = createPrecedence();
  let more = 0;
  precedence.onMore(() => {
    more += 1;
  });
  const [one, other] = [precedence.take(), precedence.take()];
  one();
  one();
  expect([precedence.placesOf(3), more]).toEqual([0, 0]);
  other();
  expect([precedence.placesOf(3), more]).toEqual([3, 1]);
  await expect(precedence.during(() => Promise.reject(new Error('a slot')))).rejects.toThrow('a slot');
  expect([precedence.placesOf(3), more]).toEqual([3, 2]);
});

test('while an act has it nobody is let in, after a second one at a time, and the others when it is over', async () => {
  const precedence = createPrecedence();
  const lane = createLane({
    ...{ atOnce: 3, atOncePerCaller: 2, waiting: 10, waitingPerCaller: 10, patienceMs: 60_000 },
    standsBack: precedence,
  });
  const giveBack = precedence.take();
  const entered: string[] = [];
  const leaving: (() => void)[] = [];
  for (const caller of ['a', 'b', 'c', 'd'])
    void lane.enter(caller).then((entrance) => {
      entered.push(caller);
      if (entrance.kind === 'entered') leaving.push(entrance.leave);
    });
  await vi.advanceTimersByTimeAsync(999);
  expect(entered).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(entered).toEqual(['a']);
  leaving[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(entered).toEqual(['a', 'b']);
  giveBack();
  await vi.advanceTimersByTimeAsync(0);
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
});

test('acts without end, one right after the other, leave readers half of the time', async () => {
  const precedence = createPrecedence();
  let closedMs = 0;
  const watch = async (ms: number) => {
    for (let at = 0; at < ms; at += 10) {
      if (precedence.placesOf(3) === 0) closedMs += 10;
      await vi.advanceTimersByTimeAsync(10);
    }
  };
  for (let n = 0; n < 200; n += 1) {
    const giveBack = precedence.take();
    await watch(100);
    giveBack();
  }
  expect(closedMs).toBeGreaterThan(9_000);
  expect(closedMs).toBeLessThan(11_500);
  await vi.advanceTimersByTimeAsync(2_000);
  const giveBack = precedence.take();
  closedMs = 0;
  await watch(900);
  expect(closedMs).toBe(900);
  giveBack();
});
