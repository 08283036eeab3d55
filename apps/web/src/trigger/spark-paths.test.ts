import { expect, test } from 'vitest';
import { sparkPaths } from './spark-paths.ts';

test('a gap splits the line and is never drawn as zero', () => {
  const { lines } = sparkPaths([1, 2, null, 2], 4, 30, 20);
  expect(lines).toEqual(['0,14 10,10', '30,10 30,10']);
});

test('the threshold is always inside', () => {
  expect(sparkPaths([], 5, 30, 20)).toEqual({ lines: [], thresholdY: 2 });
  expect(sparkPaths([10, 10], 5, 30, 20).thresholdY).toBe(10);
});
