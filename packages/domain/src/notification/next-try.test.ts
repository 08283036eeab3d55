import { expect, test } from 'vitest';
import { backoffMs, nextTry } from './next-try.ts';
import type { Notification } from './notification.ts';

const minute = 60_000;
const hour = 60 * minute;
const notification = { at: 0 } as Notification;
const item = { attempts: 1, refusedSince: null, placeRefusedSince: null, notBefore: null, notification };
const refused = { kind: 'refused', reason: '401' } as const;
const retry = (afterMs: number | null = null) => ({ kind: 'retry', reason: '503', afterMs }) as const;

test('pauses grow from a second to five minutes', () => {
  expect([0, 1, 2, 8, 9, 99].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
});

test('a refusal is tried again until an hour after the first, then it is final', () => {
  let [now, attempts, refusedSince] = [5 * minute, 0, null as number | null];
  const at: number[] = [];
  for (;;) {
    attempts += 1;
    const next = nextTry({ ...item, attempts, refusedSince }, refused, now);
    at.push(now - 5 * minute);
    if (!next) break;
    refusedSince ??= now;
    expect(next).toMatchObject({ refused: true, at: now, reason: '401' });
    now = next.retryAt;
  }
  expect(at.slice(0, 5)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  expect(at.at(-1)).toBe(hour);
  expect(Math.max(...at.slice(1).map((one, index) => one - (at[index] ?? 0)))).toBe(5 * minute);
});

test('the hour is the place\u2019s: what waited behind a refused message is refused as long as it was due', () => {
  const behind = { ...item, placeRefusedSince: 0, notification: { at: 4 * minute } as Notification };
  expect(nextTry(behind, refused, hour)).toMatchObject({ refused: true });
  expect(nextTry(behind, refused, hour + 4 * minute)).toBeNull();
  expect(nextTry({ ...behind, placeRefusedSince: 30 * minute }, refused, hour + 4 * minute)).not.toBeNull();
  const held = { ...behind, notBefore: 9 * hour };
  expect(nextTry(held, refused, 9 * hour)).not.toBeNull();
  expect(nextTry(held, refused, 10 * hour)).toBeNull();
});

test('what nobody refused is tried for a day from when it was due', () => {
  expect(nextTry(item, retry(), 24 * hour)).toMatchObject({ refused: false });
  expect(nextTry(item, retry(), 24 * hour + 1)).toBeNull();
  expect(nextTry({ ...item, notBefore: 10 * hour }, retry(), 30 * hour)).not.toBeNull();
  expect(nextTry(item, refused, 24 * hour + 1)).toBeNull();
});

test.each([
  [null, 1_000],
  [500, 1_000],
  [90_000, 90_000],
  [86_400_000, 10 * minute],
  [Number.POSITIVE_INFINITY, 10 * minute],
  [Number.NaN, 1_000],
  [-5, 1_000],
])('a receiver that asks for %s ms is tried again in %d', (afterMs, waitMs) => {
  expect(nextTry(item, retry(afterMs), 7)?.retryAt).toBe(7 + waitMs);
});
