import { expect, test } from 'vitest';
import { ofLimit, plottedValue, plottedWords, thresholdWords } from './chart-words.ts';

test('what a query answers is said in its unit, and needs no explanation', () => {
  const errors = { kind: 'threshold', unit: 'ratio' } as const;
  expect(plottedValue(0.357, errors)).toBe('35.7 %');
  expect(thresholdWords(0.05, errors)).toBe('threshold 5 %');
  expect(plottedWords(errors)).toBeNull();
});

test('a burn rate is shown as a share of its limit, and never as a share of requests', () => {
  const burn = { kind: 'burn-rate', unit: 'ratio' } as const;
  expect(plottedValue(3.29, burn)).toBe('329 % of its limit');
  expect(thresholdWords(1, burn)).toBe('limit 100 %');
  expect(plottedWords(burn)).toMatch(/per cent of its limit/);
  expect(ofLimit('329 %', 'burn-rate')).toBe('329 % of its limit');
  expect(ofLimit('no data', 'burn-rate')).toBe('no data');
  expect(ofLimit('35.7 %', 'threshold')).toBe('35.7 %');
});

test('a comparison says that a difference is shown, which chance is none of', () => {
  expect(plottedWords({ kind: 'alert', unit: 'alerts' })).toMatch(/how many of these alerts/);
  expect(plottedWords({ kind: 'comparison', unit: 'x' })).toMatch(/how many times .*chance/);
  expect(plottedWords({ kind: 'comparison', unit: 'rps' })).toMatch(/how far .*chance/);
  expect(plottedValue(-1, { kind: 'comparison', unit: 'rps' })).toBe('-1 rps');
});
