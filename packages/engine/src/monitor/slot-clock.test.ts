import { createVirtualTime } from '@lastgood/testkit/virtual-time';
import { expect, test } from 'vitest';
import { createSlotClock } from './slot-clock.ts';

const begin = 1_000_000;
const forever = new AbortController().signal;

/** A machine whose clock is wrong, and a database whose answer takes so long each way. */
function skewed(skewMs: number, tookMs: number) {
  const time = createVirtualTime(begin);
  const own = { ...time.clock, now: () => time.now() + skewMs };
  const clock = createSlotClock(
    {
      async now() {
        await time.clock.sleep(tookMs, forever);
        const at = time.now();
        await time.clock.sleep(tookMs, forever);
        return at;
      },
    },
    own,
  );
  const compare = async () => {
    const compared = clock.compare();
    await time.pass(2 * tookMs);
    await compared;
  };
  return { time, clock, compare };
}

test.each([-45_000, 0, 60_000])(
  'a machine that is wrong by %i ms tells the time of the database',
  async (skewMs) => {
    const { time, clock, compare } = skewed(skewMs, 200);
    expect(clock.now()).toBe(begin + skewMs);
    await compare();
    expect(clock.now()).toBe(time.now());
    await time.pass(15_000);
    expect(clock.now()).toBe(time.now());
  },
);

test('an answer that took long changes nothing', async () => {
  const { time, clock, compare } = skewed(5_000, 4_000);
  await compare();
  expect(clock.now()).toBe(time.now() + 5_000);
});

test('a database that does not answer leaves the clock as it was', async () => {
  const { clock } = createVirtualTime(begin);
  const compared = createSlotClock({ now: () => Promise.reject(new Error('down')) }, clock);
  await expect(compared.compare()).rejects.toThrow('down');
  expect(compared.now()).toBe(begin);
});
