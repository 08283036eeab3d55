import { expect, test } from 'vitest';
import { fewestConnections, splitConnections } from './split-connections.ts';

test.each([6, 7, 8, 20, 200])('of %i connections no more are used, and each lane can work', (most) => {
  const { acting, reading } = splitConnections(most);
  // The session has one for ever and another for a moment.
  expect(acting + reading + 2).toBe(most);
  expect(reading).toBeGreaterThanOrEqual(2);
  expect(acting).toBeGreaterThanOrEqual(reading);
});

test('what acts has the larger share, and reading has a bound of its own', () => {
  expect(splitConnections(20)).toEqual({ acting: 12, reading: 6 });
  expect(splitConnections(200)).toEqual({ acting: 182, reading: 16 });
});

test('too few are refused with what each is for', () => {
  expect(() => splitConnections(fewestConnections - 1)).toThrow(
    'at least 6 are needed: 2 to act, 2 to read, and 2 for the session',
  );
});
