import { describe, expect, it } from 'vitest';
import { parseExposition } from './parse-exposition.ts';

const read = (text: string) =>
  parseExposition(text).map(({ labels, value, at }) => [Object.fromEntries(labels), value, at]);

describe('the text format', () => {
  it.each([
    ['up 1', [{ __name__: 'up' }, 1, null]],
    ['up{} 1', [{ __name__: 'up' }, 1, null]],
    ['  up\t 1\r', [{ __name__: 'up' }, 1, null]],
    [
      'a:b{x="1",y="2"} 3.5e-7 1700000000123',
      [{ __name__: 'a:b', x: '1', y: '2' }, 3.5e-7, 1_700_000_000_123],
    ],
    ['a { x = "1" , } +Inf', [{ __name__: 'a', x: '1' }, Number.POSITIVE_INFINITY, null]],
    ['a{x=""} -Inf', [{ __name__: 'a' }, Number.NEGATIVE_INFINITY, null]],
    ['a NaN', [{ __name__: 'a' }, Number.NaN, null]],
    ['a{x="q\\"\\\\\\n{},="} 0', [{ __name__: 'a', x: 'q"\\\n{},=' }, 0, null]],
  ])('reads %j', (line, sample) => {
    expect(read(`# HELP a about\n# TYPE a counter\n\n${line}\n`)).toEqual([sample]);
  });

  it.each([
    'up',
    'up one',
    '1up 1',
    'up{x="1" 1',
    'up{x=1} 1',
    'up{x="1"y="2"} 1',
    'up 1 now',
    'up 1 2 3',
    '<html>',
  ])('refuses %j, naming the line', (line) => {
    expect(() => parseExposition(`a 1\n${line}\n`)).toThrow(/^line 2 is not a sample/);
  });
});
