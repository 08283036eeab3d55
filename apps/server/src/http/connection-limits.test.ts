import { expect, test } from 'vitest';
import { connectionLimits, limitsFor } from './connection-limits.ts';

const unbounded = Number.POSITIVE_INFINITY;

test('as many may listen as is set, with room for requests beside them and for others beside one address', () => {
  expect(limitsFor(unbounded)).toEqual(connectionLimits);
  for (const listeners of [1, 1_000, 2_000, 20_000]) {
    const limits = limitsFor(unbounded, listeners);
    expect(limits.liveClients).toBe(listeners);
    expect(limits.connections - limits.liveClients).toBeGreaterThanOrEqual(1_000);
    expect(limits.connectionsPerAddress).toBeLessThan(limits.connections);
  }
  // All behind one proxy.
  expect(limitsFor(unbounded, 2_000).connectionsPerAddress).toBeGreaterThan(2_000);
});

test('no more than half the files that may be open, and half of those listen', () => {
  expect(limitsFor(1_024)).toMatchObject({ connections: 512, liveClients: 256 });
  expect(limitsFor(6_000, 2_000)).toMatchObject({ connections: 3_000, liveClients: 2_000 });
  expect(limitsFor(1_024, 100)).toMatchObject({ connections: 512, liveClients: 100 });
});
