import { parser } from '@prometheus-io/lezer-promql';
import { expect, it } from 'vitest';
import { lookBackMs } from './look-back.ts';

const second = 1_000;
const minute = 60 * second;

it.each([
  ['sum(rate(a{b="[9h]"}[2m])) / sum(rate(b[5m]))', 5 * minute],
  ['up', 15 * second],
  ['vector(1)', 0],
  ['rate(a[90])', 90 * second],
  ['rate(a[1m30s] offset 10m)', 11 * minute + 30 * second],
  ['rate(a[5m] offset -1m)', 4 * minute],
  ['up offset -5m', 0],
  ['max_over_time(rate(a[1m])[30m:15s])', 31 * minute],
  ['(up offset 5m) or rate(a[2m] @ end())', 5 * minute + 15 * second],
  ['rate(a[2m * 3])', 24 * 60 * minute],
])('%s looks back %d ms', (query, ms) => {
  expect(lookBackMs(query, parser.parse(query), 15 * second)).toBe(ms);
});
