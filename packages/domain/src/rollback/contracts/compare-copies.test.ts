import { expect, it } from 'vitest';
import type { Reading } from '../../trigger/reading.ts';
import { compareCopies } from './compare-copies.ts';

const copyOf = (name: string) => ({ name, variables: { WORKLOAD: name }, workload: null });
const step = {
  ...{ to: copyOf('blue'), other: copyOf('green') },
  errors: { query: 'e{w="$WORKLOAD"}', atMost: 0.05, unit: 'ratio' },
};
const number = (value: number): Reading => ({ kind: 'value', value });
const none: Reading = { kind: 'no-data' };

it.each<[string, [number | null, Reading], [number | null, Reading], RegExp | null]>([
  ['well', [3, number(0)], [3, number(0.2)], null],
  ['a copy without traffic', [3, none], [3, number(0.2)], null],
  ['sick, and the other one is worse', [3, number(0.1)], [3, number(0.2)], null],
  ['sick, and nobody knows of the other one', [3, number(0.1)], [3, none], null],
  ['worse, and well all the same', [3, number(0.04)], [3, number(0.01)], null],
  ['nothing ready on either side', [0, none], [0, none], null],
  ['nobody could tell what is ready', [null, none], [3, none], null],
  ['sicker', [3, number(0.3)], [3, number(0.2)], /^errors of blue are 30 % and those of green 20 %/],
  ['not ready', [0, none], [2, number(0.2)], /^blue has no ready endpoint, and green has 2/],
])('%s', (_what, [ready, errors], [others, its], words) => {
  const seen = { to: { ready, errors }, other: { ready: others, errors: its } };
  const refusal = compareCopies.refusal(step, seen, '');
  if (words) {
    expect(refusal?.reason).toMatch(words);
    expect(refusal?.advice).toMatch(/^green is the healthier copy and serves.*further back/);
  } else expect(refusal).toBeNull();
  expect(compareCopies.isDone(step, seen)).toBe(words === null);
});
