import { expect, test } from 'vitest';
import { instantAfter, latestInstant, soundInstant } from './instant-after.ts';

const wild = [1e13, 1e16, 1e300, -1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

test.each(wild)('%d milliseconds later is an instant that can be written', (ms) => {
  const at = instantAfter(1_800_000_000_000, ms);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(at).toBeLessThanOrEqual(latestInstant);
  expect(new Date(at).toISOString()).toMatch(/^\d{4}-/);
});

test.each(wild)('so is what %d is nearest to', (at) => {
  expect(new Date(soundInstant(at)).toISOString()).toMatch(/^\d{4}-/);
});

test('within the calendar it is the sum; a duration that is no number is none', () => {
  expect(instantAfter(1_000, 500)).toBe(1_500);
  expect(instantAfter(1_000, Number.NaN)).toBe(1_000);
});
