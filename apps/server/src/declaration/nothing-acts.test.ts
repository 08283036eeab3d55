import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import { warnIfNothingActs, warnIfSetLeavesNothing } from './nothing-acts.ts';

const set = (...triggers: ReturnType<typeof aTrigger>[]) => ({ name: 'default', description: '', triggers });
const bare = aService({ triggers: [], triggerSets: ['default'] });
const warning = [
  'No automatic trigger watches main/shop/web: nothing will be rolled back by itself, and no release can become verified.',
];

describe('a service that no automatic trigger watches', () => {
  test.each([
    ['an empty set', set()],
    ['a set that only pages', set(aTrigger({ severity: 'page_and_suggest' }))],
    ['a shadow', set(aTrigger({ shadow: true }))],
    ['a trigger for another kind of workload', set(aTrigger({ workloadKinds: ['DaemonSet'] }))],
  ])('is warned about with %s', (_words, only) => {
    expect(warnIfNothingActs(bare, [only])).toEqual(warning);
    expect(warnIfSetLeavesNothing(only, [bare], [set(aTrigger())])).toEqual(warning);
  });

  test('is not one that has its own, or one of a set', () => {
    expect(warnIfNothingActs(bare, [set(aTrigger())])).toEqual([]);
    expect(warnIfNothingActs({ ...bare, triggers: [aTrigger()] }, [set()])).toEqual([]);
    expect(warnIfSetLeavesNothing(set(), [{ ...bare, triggers: [aTrigger()] }], [])).toEqual([]);
  });
});

test('a set that leaves hundreds of services nothing names the first of them, and how many more there are', () => {
  const users = Array.from({ length: 300 }, (_, n) => ({
    ...bare,
    key: `main/shop/s${n}` as typeof bare.key,
  }));
  const warnings = warnIfSetLeavesNothing(set(), users, []);
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toBe('The same is true of 280 more services.');
});

test('a set that nobody refers to is warned about when none of its triggers acts', () => {
  expect(warnIfSetLeavesNothing(set(), [], [])).toEqual([
    expect.stringContaining('No trigger of the set default is automatic'),
  ]);
  expect(warnIfSetLeavesNothing(set(aTrigger()), [], [])).toEqual([]);
});
