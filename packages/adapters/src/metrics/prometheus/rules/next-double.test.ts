import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextAbove, nextBelow } from './next-double.ts';

it('has no number in between', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, finite, (value, other) => {
      const [below, above] = [nextBelow(value), nextAbove(value)];
      expect(below < value && value < above).toBe(true);
      // `>=` and `<=` in the terms of the neighbours, as triggers have it.
      expect(other > below).toBe(other >= value);
      expect(other < above).toBe(other <= value);
      expect(value > below && value < above).toBe(true);
    }),
  );
});
