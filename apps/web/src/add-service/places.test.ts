import { describe, expect, test } from 'vitest';
import { placeAt, placeOf } from './places.ts';

const text = `kind: Service
name: main/shop/mail
triggerSets:
  - none-such
triggers:
  - name: a
    query: sum(upp)
  - name: b
    query: "sum(upp)"
  - name: c
    query: |
      sum(
        upp
      )
  - name: d
    query: "sum(\\u0075pp)"
    threshold:
`;
const marked = (path: string, within: { offset: number; length: number } | null = null) => {
  const place = placeOf(text, path, within && { ...within, line: 1, column: 1 });
  return place && [place.line, place.column, text.slice(place.offset, place.offset + place.length)];
};

test('line and column count from 1', () => {
  expect(placeAt('ab\ncd', 4, 1)).toEqual({ offset: 4, length: 1, line: 2, column: 2 });
  expect(placeAt('', 0, 0)).toEqual({ offset: 0, length: 1, line: 1, column: 1 });
});

describe('a pointer leads', () => {
  test.each([
    ['to a value', '/triggerSets/0', [4, 5, 'none-such']],
    ['to a map by its first line', '/triggers/1', [8, 5, 'name: b']],
    ['to what should have what is missing', '/triggers/0/threshold', [6, 5, 'name: a']],
    ['to the name of what is empty', '/triggers/3/threshold', [17, 5, 'threshold']],
    ['nowhere where nothing of it is there', '/policy/watchWindow', null],
    ['nowhere of the whole', '', null],
  ])('%s', (_what, path, place) => expect(marked(path)).toEqual(place));

  const upp = { offset: 4, length: 3 };
  test.each([
    ['plain', '/triggers/0/query', upp, [7, 16, 'upp']],
    ['quoted', '/triggers/1/query', upp, [9, 17, 'upp']],
    ['a block', '/triggers/2/query', { offset: 7, length: 3 }, [13, 9, 'upp']],
    ['escaped, as a whole', '/triggers/3/query', upp, [16, 12, '"sum(\\u0075pp)"']],
  ])('into a query that is %s', (_how, path, within, place) => expect(marked(path, within)).toEqual(place));
});
