import type { TriggerView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { consequence, firingWords, readingAgainstThreshold } from './trigger-words.ts';

const trigger = {
  threshold: 0.05,
  comparison: 'greater_than',
  unit: 'ratio',
  reading: { kind: 'value', value: 0.082, text: '8.2 %' },
} as TriggerView;

test('a value stands beside its threshold with the sign that is true', () => {
  expect(readingAgainstThreshold(trigger)).toBe('8.2 % > 5 %');
  const quiet = { ...trigger, reading: { kind: 'value', value: 0.001, text: '0.1 %' } } as TriggerView;
  expect(readingAgainstThreshold(quiet)).toBe('0.1 % < 5 %');
});

test('no number is compared with nothing', () => {
  const gone = { ...trigger, reading: { kind: 'no-data', value: null, text: 'no data' } } as TriggerView;
  expect(readingAgainstThreshold(gone)).toBe('no data, fires above 5 %');
});

test('says what follows and when', () => {
  const breach = { lasted: 80, left: 40, needed: 120, frozen: false };
  const automatic = { severity: 'auto_rollback', shadow: false } as const;
  expect(consequence(automatic, breach)).toBe('rolls back in 0:40');
  expect(consequence(automatic, { ...breach, left: 0 })).toBe('rolls back at the next reading');
  expect(consequence({ ...automatic, shadow: true }, breach)).toBe('would act in 0:40');
  expect(consequence({ severity: 'page_and_suggest', shadow: false }, breach)).toBe(
    'suggests a rollback in 0:40',
  );
  expect(consequence(automatic, { ...breach, frozen: true })).toMatch(/clock stands/);
});

test('a firing trigger says what it led to', () => {
  const fired = { severity: 'page_and_suggest', shadow: false, forSeconds: 20 } as const;
  expect(firingWords(fired)).toBe('fired after 0:20, a rollback is suggested');
  expect(firingWords({ ...fired, severity: 'auto_rollback' })).toBe('fired after 0:20');
  expect(firingWords({ ...fired, shadow: true })).toMatch(/nothing follows/);
});
