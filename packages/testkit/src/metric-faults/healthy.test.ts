import { expect, test } from 'vitest';
import { hashOf, playSchedule } from './play-schedule.ts';
import { healthySchedule } from './schedule.ts';
import { sweepHealthy } from './sweep.ts';

const seeds = 1_000;

test(`nothing is rolled back where nothing is wrong, in ${seeds} schedules of faults`, async () => {
  const { violations, figures } = await sweepHealthy({ from: 1, seeds });
  process.stdout.write(`healthy: ${JSON.stringify(figures)}\n`);
  expect(violations).toEqual([]);
  // Faults that never happen prove nothing.
  expect(figures.disturbed).toBeGreaterThan(10 * seeds);
  expect(figures.judged).toBeGreaterThan(100 * seeds);
}, 600_000);

test('a seed is played again as it was', async () => {
  const twice = [
    await playSchedule(healthySchedule(9, hashOf)),
    await playSchedule(healthySchedule(9, hashOf)),
  ];
  expect(twice[1]).toEqual(twice[0]);
});
