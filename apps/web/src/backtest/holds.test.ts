import type { BacktestDeployment } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { holdsOf, stepMs } from './holds.ts';

type Point = BacktestDeployment['points'][number];
const points = (...phases: Point['phase'][]): Point[] =>
  phases.map((phase, index) => ({
    ...{ at: new Date(index * 15_000).toISOString(), value: 1, kind: 'value', phase, heldSeconds: 0 },
  }));

test('a hold lasts from its first reading until the one that is none', () =>
  expect(holdsOf(points('inactive', 'pending', 'pending', 'firing', 'inactive', 'pending'))).toEqual([
    { phase: 'pending', from: 15_000, to: 45_000 },
    { phase: 'firing', from: 45_000, to: 60_000 },
    { phase: 'pending', from: 75_000, to: 90_000 },
  ]));

test('nothing holds where nothing breaches', () => {
  expect(holdsOf(points('unknown', 'inactive'))).toEqual([]);
  expect(holdsOf([])).toEqual([]);
});

test('points are as far apart as the nearest two', () => {
  expect(stepMs(points('inactive', 'inactive'))).toBe(15_000);
  expect(stepMs(points('inactive'))).toBe(1_000);
});
