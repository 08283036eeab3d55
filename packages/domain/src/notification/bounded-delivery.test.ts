import { expect, test } from 'vitest';
import { boundedDelivery, boundedFault } from './bounded-delivery.ts';

test('what a receiver says is kept as it is, within bounds', () => {
  const delivered = { kind: 'delivered', receipt: { channel: 'C1', ts: '1.2' } } as const;
  expect(boundedDelivery(delivered)).toEqual(delivered);
  expect(boundedDelivery({ kind: 'delivered', receipt: { ts: 'x'.repeat(4_001) } })).toEqual({
    kind: 'delivered',
  });
  const refused = { kind: 'refused', reason: 'x'.repeat(100_000) } as const;
  const fault = { setting: 'token', reason: refused.reason, advice: 'Make one.' };
  expect(boundedFault(fault)).toEqual({ ...fault, reason: `${'x'.repeat(999)}…` });
  expect(boundedDelivery(refused)).toEqual({ kind: 'refused', reason: `${'x'.repeat(999)}…` });
  const missed = [{ to: 'lead@example.com', reason: refused.reason }];
  expect(boundedDelivery({ ...delivered, missed })).toEqual({
    ...delivered,
    missed: [{ to: 'lead@example.com', reason: `${'x'.repeat(999)}…` }],
  });
});
