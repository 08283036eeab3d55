import { expect, test } from 'vitest';
import { mostSlots, readNotation } from './reading-notation.ts';

const said = (text: string): string => {
  const read = readNotation(text);
  if (!Array.isArray(read)) return `${read.word}: ${read.message.slice(0, 20)}`;
  return read.map((one) => (one.kind === 'value' ? String(one.value) : one.kind)).join(' ');
};

/* Numbers and `_` as `promtool test rules` expands them. */
test.each([
  ['0.2', '0.2'],
  ['1x4', '1 1 1 1 1'],
  ['-2+4x3', '-2 2 6 10'],
  ['1-2x4', '1 -1 -3 -5 -7'],
  ['4 _x3 5', '4 no-data no-data no-data 5'],
  ['0.04+0.01x2', '0.04 0.05 0.06'],
  ['1e-3 .5 1.5e2x1', '0.001 0.5 150 150'],
  ['+Inf -Inf Inf inf', 'Infinity -Infinity Infinity Infinity'],
  [
    ' none  nan\nNaN unreachable ambiguousx2 missed ',
    'no-data not-a-number not-a-number unreachable ambiguous ambiguous missed',
  ],
])('%s', (text, expected) => expect(said(text)).toBe(expected));

test.each([
  ['', '', 'there is no reading'],
  ['0.1 0,2', '0,2', 'this is no reading'],
  ['healthy', 'healthy', 'this is no reading'],
  ['0.1+0.2', '0.1+0.2', 'this is no reading'],
  ['nonex0', 'nonex0', 'it stands for 0 slots'],
  ['constructor', 'constructor', 'this is no reading'],
  [`1x${mostSlots}`, `1x${mostSlots}`, `it stands for ${mostSlots + 1} slots`],
  [`1x${mostSlots - 1} 2`, '2', `there are more than ${mostSlots} slots`],
])('%s cannot be read', (text, word, message) =>
  expect(readNotation(text)).toEqual({ word, message: expect.stringContaining(message) }),
);
