import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf } from './batches-of.ts';
import type { Dimension } from './dimension.ts';

const dimension = (lead: string | null): Dimension => ({
  ...{ core: [], matchers: new Map(), label: 'key', natural: lead === null, lead },
});
const batchable = (names: readonly string[], limit = 250) => names.map((name) => ({ cores: [name], limit }));
const batches = (names: readonly string[], lead: string | null, limit?: number) =>
  batchesOf(batchable(names, limit), [dimension(lead)]).map((batch) => batch.map(({ cores }) => cores[0]));

describe('who is asked together', () => {
  it('is no two of whom one begins the other where an expression goes on behind the name', () => {
    expect(batches(['cart', 'cart-api', 'cart-api-2', 'shop'], '-')).toEqual([
      ['cart', 'shop'],
      ['cart-api'],
      ['cart-api-2'],
    ]);
  });
  it('is both where what follows tells them apart', () => {
    expect(batches(['svc-1', 'svc-10'], '-')).toEqual([['svc-1', 'svc-10']]);
    expect(batches(['svc-1', 'svc-10'], '')).toEqual([['svc-1'], ['svc-10']]);
  });
  it('is everybody where a text is matched as a whole', () => {
    expect(batches(['cart', 'cart-api', 'c'], null)).toEqual([['cart', 'cart-api', 'c']]);
  });
  it('is as many as may be, in batches of nearly the same size', () => {
    const names = Array.from({ length: 501 }, (_, index) => `svc-${index}`);
    expect(batches(names, null).map(({ length }) => length)).toEqual([167, 167, 167]);
    expect(batches(names.slice(0, 3), null, 1)).toEqual([['svc-0'], ['svc-1'], ['svc-2']]);
  });

  it('loses nobody, and leaves no text that two could have begun', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '-', 'b'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.constantFrom('', '-', '-a'), (names, lead) => {
        const found = batches(names, lead);
        expect(found.flat().sort()).toEqual(names.toSorted());
        for (const batch of found)
          for (const one of batch)
            for (const other of batch)
              if (one !== other) expect(`${other}${lead}`.startsWith(`${one}${lead}`)).toBe(false);
      }),
    );
  });
});
