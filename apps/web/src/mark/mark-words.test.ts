import { expect, test } from 'vitest';
import { markWords } from './mark-words.ts';

test('a mark says who holds it for what, and why', () => {
  expect(markWords({ verdict: 'bad', by: 'ada', note: null })).toBe('bad by ada');
  expect(markWords({ verdict: 'good', by: 'ada', note: 'a false alarm' })).toBe('good by ada: a false alarm');
});
