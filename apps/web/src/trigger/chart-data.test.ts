import { expect, test } from 'vitest';
import {
  axisTicks,
  breachBand,
  chartPoints,
  gaps,
  lonePoints,
  thresholdSpans,
  valueRange,
} from './chart-data.ts';

const point = (second: number, value: number | null, kind = 'value') => ({
  at: new Date(second * 1000).toISOString(),
  value,
  kind,
  phase: 'inactive',
  heldSeconds: 0,
  lateMs: 0,
});

test('missed slots become a gap', () => {
  const drawn = chartPoints([point(0, 1), point(5, 2), point(25, 3)], 0, 5);
  expect(drawn.map((one) => one.value)).toEqual([1, 2, null, null, 3]);
  expect(gaps(drawn)).toEqual([{ kind: 'missed', from: 5000, to: 25_000 }]);
});

test('readings without a number become a gap, also at the end', () => {
  const drawn = chartPoints(
    [point(0, 1), point(5, null, 'no-data'), point(10, 3), point(15, null, 'unreachable')],
    0,
    5,
  );
  expect(gaps(drawn)).toEqual([
    { kind: 'no-data', from: 0, to: 10_000 },
    { kind: 'unreachable', from: 10_000, to: 15_000 },
  ]);
});

test('a gap for two reasons is two gaps that meet', () => {
  const drawn = chartPoints([point(0, 1), point(5, null, 'no-data'), point(10, null, 'unreachable')], 0, 5);
  expect(gaps(drawn)).toEqual([
    { kind: 'no-data', from: 0, to: 10_000 },
    { kind: 'unreachable', from: 10_000, to: 10_000 },
  ]);
});

test('a number between two gaps stands alone', () => {
  const alone = [
    point(0, 1),
    point(5, null, 'no-data'),
    point(10, 3),
    point(15, null),
    point(20, 1),
    point(25, 1),
  ];
  expect([...lonePoints(chartPoints(alone, 0, 5))]).toEqual([0, 10_000]);
});

test('points before the window are left out', () => {
  expect(chartPoints([point(0, 1), point(5, 2)], 5000, 5)).toHaveLength(1);
});

test('the axis holds zero, the threshold and every value', () => {
  const drawn = chartPoints([point(0, 0.2)], 0, 5);
  const [low, high] = valueRange(drawn, 0.05);
  expect(low).toBe(0);
  expect(high).toBeCloseTo(0.22);
  expect(valueRange([], 0)).toEqual([0, 1]);
});

test('the breach lies on the side the comparison names', () => {
  expect(breachBand('greater_than', 5, [0, 10])).toEqual([5, 10]);
  expect(breachBand('less_than', 5, [0, 10])).toEqual([0, 5]);
});

test.each([
  [
    [0, 0.17],
    [0, 0.05, 0.1, 0.15],
  ],
  [
    [0, 6.75],
    [0, 2, 4, 6],
  ],
  [
    [0, 19.44],
    [0, 5, 10, 15],
  ],
  [
    [-3, 5],
    [-2, 0, 2, 4],
  ],
  [
    [0, 1],
    [0, 0.25, 0.5, 0.75, 1],
  ],
] as [[number, number], number[]][])('the axis %j is marked at round values', (range, ticks) => {
  expect(axisTicks(range)).toEqual(ticks);
});

test('readings of a trigger that was declared otherwise since stand against the threshold of then', () => {
  const old = (second: number, value: number) => ({ ...point(second, value), threshold: 0.05 });
  const read = [old(5, 0.07), old(10, 0.04), point(30, 0.07), point(35, 0.08)];
  const drawn = chartPoints(read, 0, 5);
  const axis = { from: 0, to: 40_000 };
  expect(thresholdSpans(drawn, 0.1, axis)).toEqual([
    { from: 0, to: 30_000, threshold: 0.05 },
    { from: 30_000, to: 40_000, threshold: 0.1 },
  ]);
  const [, high] = valueRange(drawn, 0.05, 0.1);
  expect(high).toBeCloseTo(0.135);
  expect(thresholdSpans(chartPoints([old(5, 1)], 0, 5), 0.1, axis)).toEqual([{ ...axis, threshold: 0.05 }]);
});

test('without another threshold there is one, also where nothing was read', () => {
  const axis = { from: 0, to: 40_000 };
  expect(thresholdSpans(chartPoints([point(5, 1), point(30, 1)], 0, 5), 0.1, axis)).toEqual([
    { ...axis, threshold: 0.1 },
  ]);
  expect(thresholdSpans([], 0.1, axis)).toEqual([{ ...axis, threshold: 0.1 }]);
});
