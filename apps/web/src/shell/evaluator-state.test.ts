import type { SystemStatus } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { evaluatorState } from './evaluator-state.ts';

const lastSlotAt = '2026-01-01T00:00:00.000Z';
const base = Date.parse(lastSlotAt);
const evaluator = { state: 'on_time', lastSlotAt, intervalSeconds: 15 } as SystemStatus['evaluator'];

test('what the server said holds while slots are fresh', () => {
  expect(evaluatorState(evaluator, base + 20_000)).toBe('on_time');
  expect(evaluatorState({ ...evaluator, state: 'late' }, base + 20_000)).toBe('late');
});

test('silence is stalled even if the last word was good', () => {
  expect(evaluatorState(evaluator, base + 48_000)).toBe('stalled');
});

test('without a slot only the server knows', () => {
  expect(evaluatorState({ ...evaluator, state: 'starting', lastSlotAt: null }, base)).toBe('starting');
});
