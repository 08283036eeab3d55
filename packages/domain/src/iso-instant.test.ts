import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoInstant } from './iso-instant.ts';

test('is what a Date writes', () => {
  const ever = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(fc.property(ever, (at) => isoInstant(at) === new Date(at).toISOString()));
  for (const at of ['2024-02-29T23:59:59.999Z', '2000-03-01T00:00:00.000Z', '1900-02-28T12:00:00.000Z'])
    expect(isoInstant(Date.parse(at))).toBe(at);
});
