import { describe, expect, it } from 'vitest';
import { changeTo, type FlagdDefinition, stateOf } from './definition.ts';

const colours = { blue: '#00f', green: '#0f0', red: '#f00' };
const rules = { if: [{ in: ['@example.org', { var: 'email' }] }, 'green'] };
const ruled: FlagdDefinition = {
  ...{ state: 'ENABLED', variants: colours, defaultVariant: 'red' },
  targeting: rules,
};
const yesNo: FlagdDefinition = {
  ...{ state: 'ENABLED', variants: { yes: true, no: false }, defaultVariant: 'no' },
};
const fractional = (...entries: unknown[]) => ({ targeting: { fractional: entries } });
const bucketed = { ...yesNo, ...fractional({ var: 'email' }, ['yes', 1], ['no', 3]) };

describe('a definition serves', () => {
  it.each<[string, FlagdDefinition, object]>([
    ['its default variant beside rules of its own', ruled, { on: true, variants: { red: 100 } }],
    ['the shares of its weights', bucketed, { on: true, variants: { yes: 25, no: 75 }, percentage: 25 }],
    [
      'equal shares where no weight is given',
      { ...ruled, ...fractional(['blue'], ['green']) },
      { on: true, variants: { blue: 50, green: 50 } },
    ],
    [
      'nothing that is known where a variant is worked out',
      { ...ruled, ...fractional([{ var: 'x' }, 1]) },
      { on: true },
    ],
    [
      'nothing that is known by a weight that is no whole number',
      { ...ruled, ...fractional(['blue', 0.5]) },
      { on: true },
    ],
    [
      'nothing that is known by a variant that it has not',
      { ...ruled, ...fractional(['purple', 1]) },
      { on: true },
    ],
    ['what the code says where it has no default', { ...ruled, defaultVariant: null }, { on: true }],
    [
      'the same while it is off',
      { ...yesNo, state: 'DISABLED' },
      { on: false, variants: { no: 100 }, percentage: 0 },
    ],
  ])('%s', (_words, definition, state) => expect(stateOf(definition)).toEqual(state));
});

describe('a definition goes back', () => {
  it('by its default variant where it has rules, which stay', () =>
    expect(changeTo({ variants: { blue: 100 } }, ruled)).toEqual({ defaultVariant: 'blue' }));

  it('by weights, told apart by what told people apart before', () => {
    expect(changeTo({ percentage: 5 }, bucketed)).toEqual(
      fractional({ var: 'email' }, ['yes', 5], ['no', 95]),
    );
    expect(changeTo({ percentage: 40 }, yesNo)).toEqual(fractional(['yes', 40], ['no', 60]));
  });

  it('by whole weights, as flagd wants them', () =>
    expect(changeTo({ percentage: 12.5 }, bucketed)).toEqual(
      fractional({ var: 'email' }, ['yes', 12_500], ['no', 87_500]),
    ));

  it.each<[string, Parameters<typeof changeTo>, RegExp]>([
    ['to shares beside rules', [{ variants: { blue: 50, green: 50 } }, ruled], /no rollout to shares/],
    ['to a variant that is gone', [{ variants: { purple: 100 } }, ruled], /no variant purple/],
    ['to a percentage of many', [{ percentage: 5 }, ruled], /not true or false/],
    [
      'where a share is worked out',
      [
        { variants: { blue: 50, green: 50 } },
        { ...ruled, ...fractional(['blue', { var: 'x' }], ['green', 1]) },
      ],
      /in another way/,
    ],
  ])('not %s', (_words, given, reason) => expect(changeTo(...given)).toMatch(reason));
});
