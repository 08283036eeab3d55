import { expect, test } from 'vitest';
import { backtestLabelOf, knownBadAt } from './backtest-label.ts';

type Given = Parameters<typeof knownBadAt>[0];

const markedAs = (verdict: 'bad' | 'good', at = 50): Given['mark'] => ({
  verdict,
  by: 'ada',
  note: null,
  at,
});
const given = (over: Partial<Given>): Given => ({
  ...{ mark: null, status: 'completed', proof: 'unproven', rolledBackAt: null, watchClosedAt: 100 },
  ...over,
});
const takenBack = { status: 'rolled_back', rolledBackAt: 90 } as const;

test.each<[string, Partial<Given>, 'good' | 'bad' | null]>([
  ['what was rolled back', takenBack, 'bad'],
  ['what was rolled back after it had been verified', { ...takenBack, proof: 'verified' }, 'bad'],
  ['what was verified', { proof: 'verified' }, 'good'],
  ['what a person calls bad though it was verified', { proof: 'verified', mark: markedAs('bad') }, 'bad'],
  ['what a person calls good though it was rolled back', { ...takenBack, mark: markedAs('good') }, 'good'],
  ['what a person calls good and nothing proves', { mark: markedAs('good') }, 'good'],
  ['what nothing proves', {}, null],
  ['what is watched still', { status: 'in_progress', proof: 'pending' }, null],
  ['what failed to come out', { status: 'failed' }, null],
  ['what served when it was first seen', { proof: 'presumed_good' }, null],
])('%s', (_words, over, label) => {
  expect(backtestLabelOf(given(over))).toBe(label);
});

test('what went back along with another one is not bad for that, unless a person says so', () => {
  expect(backtestLabelOf(given(takenBack), true)).toBeNull();
  expect(knownBadAt(given(takenBack), true)).toBeNull();
  const marked = given({ ...takenBack, mark: markedAs('bad') });
  expect([backtestLabelOf(marked, true), knownBadAt(marked, true)]).toEqual(['bad', 50]);
});

test.each<[string, Partial<Given>, number | null]>([
  ['rolled back', takenBack, 90],
  ['marked in its watch', { mark: markedAs('bad') }, 50],
  ['marked while its watch is open', { mark: markedAs('bad'), watchClosedAt: null }, 50],
  ['marked long afterwards', { mark: markedAs('bad', 101) }, null],
  ['marked before it was rolled back', { ...takenBack, mark: markedAs('bad') }, 50],
  ['marked after it was rolled back', { ...takenBack, mark: markedAs('bad', 95) }, 90],
  ['rolled back and marked long afterwards', { ...takenBack, mark: markedAs('bad', 900) }, 90],
  ['called good though it was rolled back', { ...takenBack, mark: markedAs('good') }, null],
  ['nothing', {}, null],
])('is known to be bad when it was: %s', (_words, over, at) => {
  expect(knownBadAt(given(over))).toBe(at);
});
