import type { ReadingRow } from '@lastgood/domain';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { newestSlots, toSeries } from './readings-dto.ts';

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

test('a slot is answered whole or not at all, and at least one is', () => {
  const slot = (at: number, many: number) => Array.from({ length: many }, (_, n) => row(at, 1, `t${n}`));
  const rows = [...slot(15_000, 1_000), ...slot(30_000, 1_000), ...slot(45_000, 1_000)];
  const of = (all: typeof rows, limit: number) => {
    const { rows: shown, earlierTo } = newestSlots(all, [], limit);
    return [shown.length, shown[0]?.slot, earlierTo];
  };
  expect(of(rows, 5_000)).toEqual([1_000, 45_000, 30_000]);
  expect(of(slot(15_000, 3_000), 5_000)).toEqual([3_000, 15_000, null]);
  expect(of(rows.slice(0, 15), 5_000)).toEqual([15, 15_000, null]);
  expect(of([], 5_000)).toEqual([0, undefined, null]);
  // Of what was cut by the limit the oldest slot may be there in part.
  expect(of([...slot(15_000, 3), ...slot(30_000, 5)], 7)).toEqual([5, 30_000, 15_000]);
});
