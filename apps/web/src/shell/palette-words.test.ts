import { expect, test } from 'vitest';
import { serviceWords } from './palette-words.ts';

test.each([
  ['checkout', 'checkout'],
  ['roll back checkout', 'checkout'],
  ['Rollback checkout to v41', 'checkout'],
  ['  roll back ', ''],
  ['tokens', 'tokens'],
  ['rollbacks', 'rollbacks'],
])('%j asks for the service %j', (query, words) => {
  expect(serviceWords(query)).toBe(words);
});
