import { expect, test } from 'vitest';
import { briefly, fittingLines, fittingText } from './fitting-text.ts';

test('a text is one line without anything that breaks a format', () => {
  expect(fittingText(' a\r\nb\u0000c\u2028d\u007f ', 99)).toBe('a b c d');
  expect(fittingLines('a\r\nb\u0000c\u2028d', 99)).toBe('a\nb c\nd');
});

test('a text fits, and is cut between characters', () => {
  expect(fittingText('abcd', 4)).toBe('abcd');
  expect(fittingText('abcde', 4)).toBe('abc…');
  expect(fittingText('ab🚀cd', 4)).toBe('ab…');
  expect(fittingLines('a\nbcde', 4)).toBe('a\nb…');
  expect(fittingText('\ud83dx', 4)).toBe('\ufffdx');
});

test('a line of a message keeps what has to be known where its title is long', () => {
  const parts = ['cart fails', 'errors 8 % > 5 %', 'production', 'waits for a person'];
  expect(briefly(parts, 130)).toBe('cart fails · errors 8 % > 5 % · production · waits for a person');
  const long = briefly(['word '.repeat(40), ...parts.slice(1)], 130);
  expect(long).toHaveLength(130);
  expect(long).toMatch(/^(word )+w…? ?.* · errors 8 % > 5 % · production · waits for a person$/);
  const all = briefly(['word '.repeat(40), ...parts.slice(1), 'x'.repeat(200)], 130);
  expect(all).toHaveLength(130);
  expect(all).toMatch(/… · errors 8 % > 5 % · production · waits for a person.*…$/);
  expect(briefly(['😀'.repeat(9)], 6)).toBe('😀😀…');
  expect(briefly([], 9)).toBe('');
});
