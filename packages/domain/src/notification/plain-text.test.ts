import { expect, test } from 'vitest';
import { plainLine, plainLines } from './plain-text.ts';

test.each([
  ['what breaks a line', ' a\r\nb\u0085c\u2028d\u2029e\nf ', 'a b c d e f'],
  ['control characters', 'a\u0000b\u001b[31mc\u007fd\u009be', 'a b [31mc d e'],
  ['white space of any kind', 'a\u00a0 \t\u3000b', 'a b'],
  ['a direction that is turned', 'v\u202e24\u202c \u2066x\u2069\u200f\u200e\u061c', 'v24 x'],
  ['what has no width', 'ro\u200bll\u2060ba\ufeffck\u00ad \u180e\u034f', 'rollback'],
  ['fillers and tags', 'a\u3164b\u115fc\u{e0041}d\u{e0001}e', 'abcde'],
  ['anchors of annotations', 'a\ufff9b\ufffac\ufffb', 'abc'],
  ['half of a character', '\ud83dx', '\ufffdx'],
])('%s is not in a line', (_what, text, expected) => expect(plainLine(text)).toBe(expected));

test.each(['🚀', '👩‍🚀', '👩🏽‍🚀', '❤️‍🔥', '❤️', 'naïve Straße 名前', 'v42 → v41', '“checkout”'])(
  '%s stays',
  (text) => expect([plainLine(text), plainLines(text)]).toEqual([text, text]),
);

test('a joiner that joins no pictures is none', () => {
  expect(plainLine('ca\u200drt \u200d🚀 🚀\u200d')).toBe('cart 🚀 🚀');
});

test('lines stay lines, with one between them empty at the most', () => {
  expect(plainLines(' a \r\n\t b\u0000c\u2028d\r\r\n\n\n\u202ee  f\n')).toBe('a\nb c\nd\n\ne f');
});

test('a plain text is as it was', () => {
  for (const hostile of [
    'a\u202eb\r\n\r\n\r\n c\u200b',
    '\u200b\n\u200b\n\u200b\nx',
    ' \u202e ',
    'a \u200b b',
  ]) {
    expect(plainLine(plainLine(hostile))).toBe(plainLine(hostile));
    expect(plainLines(plainLines(hostile))).toBe(plainLines(hostile));
    expect(plainLine(hostile)).not.toMatch(/ {2}/);
  }
});
