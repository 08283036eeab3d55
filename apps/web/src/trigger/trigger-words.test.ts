import type { TriggerView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { askingWords, firesWhen, readingAgainstThreshold } from './trigger-words.ts';

const trigger = {
  kind: 'threshold',
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

test('a value that is its threshold is said once', () => {
  const none = { kind: 'value', value: 0, text: '0 containers' };
  const pods = { ...trigger, threshold: 0, unit: 'containers', reading: none } as TriggerView;
  expect(readingAgainstThreshold(pods)).toBe('0 containers, fires above that');
});

test('what is no measured number stands in the words of the server', () => {
  const words = 'burns 22× over 1 h and 18× over 5 m, > 14.4×';
  const reading = { kind: 'value', value: 1.53, text: '153 %', words };
  const burning = {
    ...trigger,
    kind: 'burn-rate',
    fires: '> 14.4× over 1 h and 5 m',
    reading,
  } as TriggerView;
  expect(readingAgainstThreshold(burning)).toBe(words);
  const unread = { ...burning, reading: null };
  expect(readingAgainstThreshold(unread)).toBe('not read yet, fires at > 14.4× over 1 h and 5 m');
});

test('no number is compared with nothing', () => {
  const gone = { ...trigger, reading: { kind: 'no-data', value: null, text: 'no data' } } as TriggerView;
  expect(readingAgainstThreshold(gone)).toBe('no data, fires above 5 %');
});

test('says when a breach fires', () => {
  const breach = { lasted: 80, left: 40, needed: 120, frozen: false };
  expect(firesWhen(breach)).toBe('fires in 0:40');
  expect(firesWhen({ ...breach, left: 0 })).toBe('fires at the next reading');
  expect(firesWhen({ ...breach, frozen: true })).toBe('fires after 0:40 more; the clock stands');
});

test('says how it is asked, once where its companion is asked the same way', () => {
  const [together, alone] = [null, 'It has no variable.'];
  const asking = (trigger: string | null, companion?: string | null) =>
    askingWords([
      { query: 'own', alone: trigger },
      ...(companion === undefined ? [] : [{ query: 'companion' as const, alone: companion }]),
    ]);
  expect(asking(together)).toEqual(['Asked for many services at once.']);
  expect(asking(alone)).toEqual(['Asked for each service by itself: It has no variable.']);
  expect(asking(together, together)).toEqual(['Asked for many services at once.']);
  expect(asking(together, alone)).toEqual([
    'Asked for many services at once.',
    'Its companion is asked for each service by itself: It has no variable.',
  ]);
});
