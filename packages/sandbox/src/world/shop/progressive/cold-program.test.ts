import { expect, it } from 'vitest';
import { createSteppedClock } from '../../../kubernetes/index.ts';
import { coldIndex } from './cold-program.ts';

/** How many of the requests of some seconds are too many, at so many a second. */
async function ask(seconds: number, perSecond: number, process: ReturnType<typeof start>): Promise<number> {
  let failed = 0;
  for (let n = 0; n < seconds * perSecond; n += 1) {
    if ((process.program.errorShare?.() ?? 0) > 0) failed += 1;
    await process.clock.advance(1_000 / perSecond);
  }
  return failed;
}

function start() {
  const clock = createSteppedClock();
  const place = { version: 'v1', clock, ask: async () => null, url: '', folder: '' };
  return { clock, program: coldIndex(place) };
}

/** One that nobody has asked for a while. */
async function idle() {
  const process = start();
  await process.clock.advance(60_000);
  return process;
}

it('fails under all requests at once while it is cold, and under none when they come in stages', async () => {
  expect(await ask(10, 8, await idle())).toBeGreaterThan(5);
  const process = await idle();
  expect([await ask(10, 2, process), await ask(10, 4, process), await ask(10, 8, process)]).toEqual([
    0, 0, 0,
  ]);
});

it('knows everything when it starts, and forgets what nobody asks for', async () => {
  const process = start();
  expect(await ask(3, 8, process)).toBe(0);
  await process.clock.advance(60_000);
  expect(await ask(3, 8, process)).toBeGreaterThan(0);
});
