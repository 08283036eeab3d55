import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

const read = (text: string | Uint8Array) => parseStrictJson(Buffer.from(text));

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 1, '\t'), (text, indent) => {
      const value: unknown = JSON.parse(text);
      expect(read(JSON.stringify(value, null, indent))).toEqual({ kind: 'json', value });
    }),
  );
});

it.each([
  ['at the top', '{"a":1,"a":2}', 'a'],
  ['equal in both', '{"a":1,"b":0,"a":1}', 'a'],
  ['further in', '[{"a":{"b":1,"c":[],"b":{}}}]', 'b'],
  ['spelled in two ways', '{"status":1,"st\\u0061tus":2}', 'status'],
  ['apart from its colon', '{"a" :1,"a"\n:2}', 'a'],
  ['after a key of an inner object', '{"x":{"a":1},"a":1,"a":2}', 'a'],
  ['that is empty', '{"":1,"":2}', ''],
  ['that names the prototype', '{"__proto__":1,"__proto__":2}', '__proto__'],
])('refuses a key twice, %s', (_words, text, key) => {
  expect(read(text)).toEqual({ kind: 'twice', key });
});

it.each([
  ['one key in two objects', '[{"a":1},{"a":2}]'],
  ['a value like its key', '{"a":"a","b":["a","a"]}'],
  ['braces and quotes in strings', '{"{\\"a\\":1":"}","a":"\\\\","b":"{"}'],
])('takes %s', (_words, text) => {
  expect(read(text)).toEqual({ kind: 'json', value: JSON.parse(text) });
});

it.each([
  ['nothing', ''],
  ['a NUL', '{"a":1}\0'],
  ['a NUL in a string', '{"a":"\0"}'],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['what is cut', '{"a":'],
  ['more than one text', '{}{}'],
  ['a byte order mark', '\ufeff{}'],
  ['NaN', '{"a":NaN}'],
  ['what is nested without end', '['.repeat(400_000)],
])('finds no JSON in %s', (_words, text) => {
  expect(read(text)).toEqual({ kind: 'not-json' });
});
