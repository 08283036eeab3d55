import { expect, test } from 'vitest';
import { chartFrom } from './chart-window.ts';

test('the last window is forty slots', () => {
  expect(chartFrom('recent', { deployedAt: 0, endsAt: 3_600_000, intervalSeconds: 15 })).toBe(3_000_000);
});

test('a young deployment is shown from a little before its start in both windows', () => {
  const bounds = { deployedAt: 100_000, endsAt: 160_000, intervalSeconds: 15 };
  expect(chartFrom('recent', bounds)).toBe(85_000);
  expect(chartFrom('deploy', bounds)).toBe(85_000);
});
