import { expect, test } from 'vitest';
import { formatValue } from './format-value.ts';

test.each([
  [0.082, 'ratio', '8.2 %'],
  [0.05, 'ratio', '5 %'],
  [0.4567, 'ratio', '45.7 %'],
  [0, 'ratio', '0 %'],
  [5.4321, 's', '5.43 s'],
  [0.043, 's', '0.04 s'],
  [14.4, 'x', '14.4×'],
  [3, 'restarts', '3 restarts'],
  [1, 'restarts', '1 restart'],
  [1, 'pods', '1 pod'],
  [1, 'retries', '1 retry'],
  [1, 'crashes', '1 crash'],
  [1, 'series', '1 series'],
  [1, 'iops', '1 iops'],
  [1, 'req/s', '1 req/s'],
  [1, 's', '1 s'],
  [1234.5, '', '1235'],
  [null, 's', 'no number'],
])('%s in %s reads %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});
