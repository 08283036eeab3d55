import { ApiError } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { isAnswered } from './fallback-polling.ts';

const refused = (status: number) => ({
  status: 'error' as const,
  error: new ApiError({ type: 'about:blank', title: '', status, detail: '' }, null),
});

test('a refusal is an answer; no room, a server that is not able to, and silence are none', () => {
  expect(isAnswered({ status: 'success', error: null })).toBe(true);
  expect(isAnswered({ status: 'pending', error: null })).toBe(false);
  expect(isAnswered(refused(404))).toBe(true);
  expect(isAnswered(refused(401))).toBe(true);
  expect(isAnswered(refused(429))).toBe(false);
  expect(isAnswered(refused(503))).toBe(false);
  expect(isAnswered({ status: 'error', error: new TypeError('Failed to fetch') })).toBe(false);
});
