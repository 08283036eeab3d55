import { expect, test } from 'vitest';
import { createRealClock } from './real-clock.ts';

test.each([1e13, 1e300, Number.POSITIVE_INFINITY])(
  '%d milliseconds are slept through, not skipped',
  async (ms) => {
    const clock = createRealClock();
    const over = new AbortController();
    let isAwake = false;
    const asleep = clock.sleep(ms, over.signal).then(() => {
      isAwake = true;
    });
    await clock.sleep(30, over.signal);
    expect(isAwake).toBe(false);
    over.abort();
    await asleep;
  },
);

test.each([-1e300, Number.NaN, 0])('%d milliseconds are over at once', async (ms) => {
  await createRealClock().sleep(ms, new AbortController().signal);
});
