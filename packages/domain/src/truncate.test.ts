import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncate } from './truncate.ts';

test.each([
  ['', 4, ''],
  ['abcd', 4, 'abcd'],
  ['abcde', 4, 'abc…'],
  ['abcde', 1, '…'],
  ['ab🚀', 4, 'ab🚀'],
  ['ab🚀cd', 4, 'ab…'],
  ['a😀b', 3, 'a…'],
  ['a🚀cd', 4, 'a🚀…'],
])('%j within %i is %j', (text, most, expected) => expect(truncate(text, most)).toBe(expected));

test('fits, begins as the text does, and has no half characters that the text has not', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '🚀', '👩‍🚒', '\u{20000}')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (whole, most) => {
      const cut = truncate(whole, most);
      expect(cut.length).toBeLessThanOrEqual(most);
      expect(whole.startsWith(cut.replace(/…$/, ''))).toBe(true);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});
