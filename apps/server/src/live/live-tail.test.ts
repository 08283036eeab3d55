import { expect, test } from 'vitest';
import { createLiveTail } from './live-tail.ts';

test('the first to listen after a long time gets no readings of that time', async () => {
  const askedAfter: number[] = [];
  const mark = { xid: '1', id: 1 };
  const tail = createLiveTail(
    {
      events: { tailStart: async () => mark, tail: async () => ({ events: [], mark }) },
      async readingsAfter(slot) {
        askedAfter.push(slot);
        return [];
      },
    },
    0,
  );
  const hour = 3_600_000;
  await tail.pull(false, hour);
  await tail.pull(true, hour + 1_000);
  expect(askedAfter).toHaveLength(1);
  expect(askedAfter[0]).toBeGreaterThanOrEqual(hour - 60_000);
});
