import { expect, test } from 'vitest';
import { sentenceCase } from './sentence-case.ts';

test.each([
  ['back to v41', 'Back to v41'],
  ['waits for search, judged again', 'Waits for search, judged again'],
  ['v42-errors is being deployed', 'v42-errors is being deployed'],
  ['high_error_rate 8 % > 5 %', 'high_error_rate 8 % > 5 %'],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(sentenceCase(text)).toBe(shown);
});
