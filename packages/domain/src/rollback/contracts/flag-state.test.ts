import { describe, expect, it, test } from 'vitest';
import {
  type FlagValue,
  flagContradiction,
  flagInWords,
  isBetween,
  servesFlag,
  takenAway,
} from './flag-state.ts';
import { setFlag } from './set-flag.ts';

const whole = { on: true, percentage: 25, variants: { blue: 30, green: 70 } };

describe('a state is served', () => {
  it.each<[FlagValue, FlagValue, boolean]>([
    [whole, true, true],
    [whole, false, false],
    [whole, 25, true],
    [whole, 25.001, false],
    [whole, { variants: { green: 70, blue: 30, red: 0 } }, true],
    [whole, { variants: { green: 70 } }, false],
    [whole, { on: true, percentage: 20 }, false],
    ['blue', { variant: 'blue' }, true],
    [{ variants: { blue: 100, green: 0 } }, 'blue', true],
    [{ variants: { blue: 99, green: 1 } }, 'blue', false],
    [{ variants: { constructor: 100 } }, 'toString', false],
    [0, false, false],
  ])('%j as %j: %s', (seen, named, expected) => expect(servesFlag(seen, named)).toBe(expected));

  it('never by what was not seen', () => {
    expect(servesFlag({ on: true }, { on: true, percentage: 25 })).toBe(false);
    expect(servesFlag({ on: true }, 'blue')).toBe(false);
    expect(servesFlag({}, false)).toBe(false);
  });
});

test.each<[FlagValue, string]>([
  [true, 'on'],
  [{ on: false, percentage: 0 }, 'off, 0 %'],
  [whole, 'on, 25 %, blue 30 %, green 70 %'],
  ['blue', 'variant blue'],
  [{ variants: { blue: 100, green: 0 } }, 'variant blue'],
  [{}, 'nothing that is known'],
])('%j in words', (value, words) => expect(flagInWords(value)).toBe(words));

test.each<[FlagValue, string | null]>([
  [whole, null],
  [{ variants: { a: 33.333, b: 33.333, c: 33.334 } }, null],
  [{ variants: { a: 50, b: 40 } }, 'its variants are served to 90 % instead of 100 %'],
  [{ variants: {} }, 'its variants are served to 0 % instead of 100 %'],
  [120, '120 % is no share of all'],
  [Number.NaN, 'NaN % is no share of all'],
  [{ variant: 'a', variants: { a: 100 } }, 'it names both one variant and several'],
])('%j contradicts itself: %s', (value, words) => expect(flagContradiction(value)).toBe(words));

test('what a change takes away is what is named, and what is seen where only the target names it', () => {
  expect(takenAway(true, { on: false, percentage: 0 }, whole)).toEqual({ on: true, percentage: 25 });
  expect(takenAway({ on: true, percentage: 10 }, false, whole)).toEqual({ on: true, percentage: 10 });
  expect(takenAway({}, 'blue', true)).toEqual({});
});

describe('a step half done by a provider that takes one thing at a time', () => {
  const [from, to] = [
    { on: true, percentage: 100 },
    { on: false, percentage: 10 },
  ];
  const step = { provider: 'p', project: 'shop', environment: 'production', flag: 'cart', from, to };
  const seen = (value: FlagValue) => ({ value, version: null, archived: false });

  it('goes on', () => {
    expect(isBetween({ on: false, percentage: 100 }, from, to)).toBe(true);
    expect(setFlag.isDone(step, seen({ on: false, percentage: 100 }))).toBe(false);
    expect(setFlag.refusal(step, seen({ on: false, percentage: 100 }), '')).toBeNull();
  });

  it('is refused where somebody else set something', () => {
    expect(setFlag.refusal(step, seen({ on: false, percentage: 50 }), '')).toMatchObject({
      reason:
        'Flag cart in production is off, 50 %: neither on, 100 %, which was to be taken back, nor the target off, 10 %. Somebody else changed it.',
    });
  });
});
