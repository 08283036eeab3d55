import { expect, test } from 'vitest';
import { sweepBreached } from './sweep.ts';

const seeds = 1_000;

test(`what is breached for good is rolled back in time, in ${seeds} schedules of faults`, async () => {
  const { violations, figures } = await sweepBreached({ from: 1, seeds });
  process.stdout.write(`breached: ${JSON.stringify(figures)}\n`);
  expect(violations).toEqual([]);
  expect(figures.rolledBack).toBeGreaterThan(0.98 * seeds);
  expect((figures.rolledBack ?? 0) + (figures.toldForWantOfEvidence ?? 0)).toBe(seeds);
}, 600_000);
