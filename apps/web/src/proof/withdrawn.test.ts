import { expect, test } from 'vitest';
import { withdrawnSince } from './withdrawn.ts';

const since = '2026-01-06T14:10:00.000Z';

test('a breach of the release that serves withdraws what was verified, whoever has taken note', () => {
  for (const state of ['pending', 'firing', 'acknowledged'] as const)
    expect(withdrawnSince('verified', { state, since })).toBe(since);
});

test('a proof stands while nothing breaches, and for a release that does not serve', () => {
  expect(withdrawnSince('verified', { state: 'quiet', since: null })).toBeNull();
  expect(withdrawnSince('verified', { state: 'unseen', since })).toBeNull();
  expect(withdrawnSince('verified', null)).toBeNull();
});

test('what was not verified has nothing to lose', () => {
  expect(withdrawnSince('unproven', { state: 'firing', since })).toBeNull();
});
