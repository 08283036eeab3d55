import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { families } from '../index.ts';

describe.each(families.notifiers.vendors.map((vendor) => [vendor.kind, vendor] as const))(
  '%s',
  (_kind, { settings }) => {
    it('promises no answer more time than a delivery has', () => {
      const { timeoutMs } = settings.properties as unknown as { timeoutMs: TSchema };
      const schema = Compile(timeoutMs);
      expect([schema.Check(14_000), schema.Check(15_000), schema.Check(600_000)]).toEqual([
        true,
        false,
        false,
      ]);
    });
  },
);
