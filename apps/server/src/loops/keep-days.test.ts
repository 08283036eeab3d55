import { expect, test } from 'vitest';
import { keepDays } from './keep-days.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 5, 23, 59);

test('today and tomorrow have room before anything is dropped', async () => {
  const calls: [string, number][] = [];
  const dropped = await keepDays({
    store: {
      days: { ensure: async (slot) => void calls.push(['ensure', slot]) },
      readings: {
        async retain(before) {
          calls.push(['readings', before]);
          return ['readings_20251201'];
        },
      },
      alerts: {
        async retain(before) {
          calls.push(['alerts', before]);
          return 0;
        },
      },
      idempotency: {
        async retain(before) {
          calls.push(['idempotency', before]);
          return 0;
        },
      },
    },
    clock: { now: () => now },
    retentionDays: 30,
  });
  expect(dropped).toEqual(['readings_20251201']);
  expect(calls).toEqual([
    ['ensure', now],
    ['ensure', now + day],
    ['readings', now - 30 * day],
    ['idempotency', now - day],
    ['alerts', now - 30 * day],
  ]);
});
