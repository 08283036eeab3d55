import { describe, expect, test } from 'vitest';
import { createLiveTail, type LiveTailSource } from './live-tail.ts';

const second = 1_000;
const hour = 3_600 * second;

type Judged = Awaited<ReturnType<LiveTailSource['views']['judgedChunks']>>[number];

/** A log without events, and chunks as they are committed. */
function begin(startedAt: number) {
  const mark = { xid: '1', id: 1 };
  const committed: Judged[] = [];
  const askedAfter: number[] = [];
  const told: string[] = [];
  const tail = createLiveTail(
    {
      events: { tailStart: async () => mark, tail: async () => ({ events: [], mark }) },
      views: {
        async judgedChunks(slot) {
          askedAfter.push(slot);
          return committed.filter((one) => one.slot > slot);
        },
        async liveReadings(chunks) {
          told.push(...chunks.map(({ slot, chunk }) => `${slot - startedAt}/${chunk}`));
          return [];
        },
      },
    },
    startedAt,
  );
  return { tail, askedAfter, told, commit: (slot: number, chunk: number) => committed.push({ slot, chunk }) };
}

test('the first to listen after a long time gets no readings of that time', async () => {
  const { tail, askedAfter } = begin(0);
  await tail.pull(false, hour);
  await tail.pull(true, hour + second);
  expect(askedAfter).toHaveLength(1);
  expect(askedAfter[0]).toBeGreaterThanOrEqual(hour - 60 * second);
});

describe('each chunk of a slot is told once', () => {
  test('whenever it comes: after the others, after a newer slot', async () => {
    const { tail, told, commit } = begin(hour);
    const pull = async () => {
      told.length = 0;
      await tail.pull(true, hour);
      return told;
    };
    commit(hour + 15, 0);
    expect(await pull()).toEqual(['15/0']);
    expect(await pull()).toEqual([]);
    commit(hour + 15, 2);
    commit(hour + 30, 0);
    expect(await pull()).toEqual(['15/2', '30/0']);
    commit(hour + 15, 1);
    expect(await pull()).toEqual(['15/1']);
    expect(await pull()).toEqual([]);
  });

  test('and what is remembered of it stays small, however long somebody listens', async () => {
    const { tail, told, askedAfter, commit } = begin(hour);
    for (let slot = 1; slot <= 40; slot += 1) {
      commit(hour + slot * 15 * second, 0);
      await tail.pull(true, hour);
    }
    expect(told).toHaveLength(40);
    // Two minutes before the newest: what is older neither comes nor is asked for.
    expect(askedAfter.at(-1)).toBe(hour + 39 * 15 * second - 120 * second);
  });

  test('a listener that comes after nobody is told what is committed from then on', async () => {
    const { tail, told, commit } = begin(0);
    commit(hour, 0);
    await tail.pull(false, hour + 60 * second);
    await tail.pull(true, hour + 60 * second);
    commit(hour + 60 * second, 0);
    await tail.pull(true, hour + 61 * second);
    expect(told).toEqual([`${hour + 60 * second}/0`]);
  });
});
