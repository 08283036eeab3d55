import { createVirtualTime } from '@lastgood/testkit/virtual-time';
import { expect, test } from 'vitest';
import { createSlotClock } from './slot-clock.ts';

const begin = 1_000_000;
const forever = new AbortController().signal;

/** A machine whose clock is wrong, and a database whose answer takes so long each way. */
function skewed(skewMs: number, tookMs: number) {
  const time = createVirtualTime(begin);
  const wrong = { machineMs: skewMs, databaseMs: 0, tookMs };
  const own = { ...time.clock, now: () => time.now() + wrong.machineMs };
  const clock = createSlotClock(
    {
      async now() {
        await time.clock.sleep(wrong.tookMs, forever);
        const at = time.now() + wrong.databaseMs;
        await time.clock.sleep(wrong.tookMs, forever);
        return at;
      },
    },
    own,
    time.now,
  );
  const compare = async () => {
    const compared = clock.compare();
    await time.pass(2 * wrong.tookMs);
    return compared;
  };
  return { time, clock, compare, wrong };
}

test.each([-45_000, 0, 60_000])(
  'a machine that is wrong by %i ms tells the time of the database',
  async (skewMs) => {
    const { time, clock, compare } = skewed(skewMs, 200);
    expect(clock.now()).toBe(begin + skewMs);
    expect(clock.machineAheadMs()).toBe(0);
    expect(await compare()).toBe(begin + 200);
    expect(clock.now()).toBe(time.now());
    expect(clock.machineAheadMs()).toBe(skewMs);
    await time.pass(15_000);
    expect(clock.now()).toBe(time.now());
  },
);

test('a machine whose clock is set between two comparisons tells the time of the database', async () => {
  const { time, clock, compare, wrong } = skewed(-600_000, 0);
  await compare();
  await time.pass(10_000);
  wrong.machineMs = 0;
  expect(clock.now()).toBe(time.now());
});

test('the first answer is better than the machine, however long it took', async () => {
  const { time, clock, compare } = skewed(600_000, 1_200);
  await compare();
  expect(clock.now()).toBe(time.now());
});

test('an answer that took long changes nothing that it does not contradict', async () => {
  const { time, clock, compare, wrong } = skewed(5_000, 0);
  await compare();
  Object.assign(wrong, { tookMs: 4_000, databaseMs: 3_000 });
  await compare();
  expect(clock.now()).toBe(time.now());
  wrong.databaseMs = -600_000;
  await compare();
  expect(clock.now()).toBe(time.now() - 600_000);
});

test('a database that does not answer leaves the clock as it was', async () => {
  const { clock } = createVirtualTime(begin);
  const compared = createSlotClock({ now: () => Promise.reject(new Error('down')) }, clock, () => 0);
  await expect(compared.compare()).rejects.toThrow('down');
  expect(compared.now()).toBe(begin);
});
