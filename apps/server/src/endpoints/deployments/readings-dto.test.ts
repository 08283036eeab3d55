import type { ReadingRow } from '@lastgood/domain';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { toSeries } from './readings-dto.ts';

const row = (slot: number, threshold: number, trigger = 'errors'): ReadingRow => ({
  ...{ deploymentId: 'd1', trigger, slot, threshold, phase: 'inactive', heldMs: 0, lateMs: 0 },
  reading: { kind: 'value', value: 0.07 },
});

test('a reading names what it was held against where its trigger has been declared otherwise since', () => {
  const trigger = aTrigger({ name: 'errors', threshold: 0.1 });
  const rows = [row(15_000, 0.05), row(30_000, 0.1), row(45_000, 2, 'gone'), row(60_000, 3, 'gone')];
  const thresholds = toSeries(rows, [{ trigger, state: null }]).map((series) => [
    series.trigger,
    series.threshold,
    series.points.map((point) => point.threshold),
  ]);
  expect(thresholds).toEqual([
    ['errors', 0.1, [0.05, undefined]],
    // Of one that is declared no more the newest.
    ['gone', 3, [2, undefined]],
  ]);
});
