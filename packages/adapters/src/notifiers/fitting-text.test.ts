import { expect, test } from 'vitest';
import { fittingLines, fittingText } from './fitting-text.ts';

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
