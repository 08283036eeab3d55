import { expect, test } from 'vitest';
import { expectedWords, weakestSource } from './expected-words.ts';

const known = (from: 'service' | 'environment' | 'prior', runs: number) => ({ seconds: 13, from, runs });

test('an estimate says where it comes from', () => {
  expect(expectedWords(known('service', 3))).toBe('Takes about 13 s, from 3 rollbacks of this service.');
  expect(expectedWords(known('environment', 1))).toBe(
    'Takes about 13 s, from 1 rollback of other services here.',
  );
  expect(expectedWords(known('prior', 0))).toBe(
    'Takes about 13 s, a first guess: nothing was rolled back here yet.',
  );
  expect(expectedWords(null)).toBe('How long it takes is not known yet.');
});

test('a whole is no better known than its weakest part', () => {
  const [service, prior] = [{ expected: known('service', 3) }, { expected: known('prior', 0) }];
  expect(weakestSource([service, prior])?.from).toBe('prior');
  expect(weakestSource([service, service])?.from).toBe('service');
  expect(weakestSource([service, { expected: null }])).toBeNull();
  expect(weakestSource([])).toBeNull();
});
