import { expect, test } from 'vitest';
import { evaluatorSaid } from './use-evaluator.ts';

const now = Date.UTC(2026, 0, 5, 12);
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
const said = (state: 'on_time' | 'late' | 'starting' | 'idle', staleAt: string | null, nextSlotAt = at(5)) =>
  evaluatorSaid({ state, staleAt, nextSlotAt }, now);

test('the word of the server holds until the instant it gave', () => {
  expect(said('on_time', at(1)).word).toBe('Evaluator on time');
  expect(said('late', at(1)).word).toBe('Evaluator late');
  expect(said('on_time', at(-1))).toEqual({ meaning: 'act', word: 'Evaluator stalled' });
});

test('a first slot that has not come is no alarm and says when it comes', () => {
  expect(said('starting', at(20))).toEqual({
    meaning: 'quiet',
    word: 'Evaluator starting, first reading in 0:05',
  });
  expect(said('starting', at(20), at(-1)).word).toBe('Evaluator starting');
});

test('nothing to evaluate is never red, however long nothing was evaluated', () => {
  expect(said('idle', null)).toEqual({ meaning: 'quiet', word: 'Nothing to evaluate' });
});
