import { expect, test } from 'vitest';
import { looksWords } from './looks-words.ts';

const looks = { served: 3, due: 6, lastAt: '2026-01-01T00:00:00.000Z', doubt: null };

test('looks are counted so far while it is watched, and are all there will be once it is not', () => {
  expect(looksWords({ looks, watched: true })).toBe('in 3 looks so far, of 6 in its window');
  expect(looksWords({ looks, watched: false })).toBe('in 3 looks, of 6 in its window');
  expect(looksWords({ looks: null, watched: true })).toBeNull();
});
