import { expect, test } from 'vitest';
import { sentenceCase } from './sentence-case.ts';

test.each([
  ['its watch ends in 1:29', 'Its watch ends in 1:29'],
  ['a rollback stopped and needs a person', 'A rollback stopped and needs a person'],
  ['v42 was replaced', 'v42 was replaced'],
  ['v18-errors was rolled back', 'v18-errors was rolled back'],
  ['high_error_rate was not asked in time', 'high_error_rate was not asked in time'],
  ['v42-errors is being deployed', 'v42-errors is being deployed'],
  ['', ''],
  ['shop/app has no release', 'shop/app has no release'],
])('%s', (clause, sentence) => {
  expect(sentenceCase(clause)).toBe(sentence);
});
