import { defaultPolicy } from '@lastgood/domain';
import { aService } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import type { Service as ServiceRow } from '../generated/client.ts';
import { toService } from './service-row.ts';

it('reads a service that was declared before a policy was there as if the policy were left to its default', () => {
  const { releaseOnDelete: _unknownThen, ...policy } = { ...defaultPolicy, watchWindowMs: 1_000 };
  const now = new Date(0);
  const row = { ...aService(), policy, createdAt: now, updatedAt: now } as unknown as ServiceRow;
  expect(toService(row).policy).toEqual({ ...defaultPolicy, watchWindowMs: 1_000 });
});
