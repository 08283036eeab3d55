import { expect, test } from 'vitest';
import { latePlace, type Steady, steadyOrder } from './steady-order.ts';

const self = (item: string): string => item;
const placeOf = (item: string): string => item.slice(0, 1);
const order = (shown: readonly Steady<string>[], items: string[], held: boolean) =>
  steadyOrder(shown, items, self, held, placeOf);
const told = (list: readonly Steady<string>[]) =>
  list.map(({ key, place, gone }) => `${place}:${key}${gone ? ' gone' : ''}`);

const first = order([], ['a1', 'b1', 'b2'], false);

test('follows the data while nobody points at it', () => {
  expect(told(order(first, ['b2', 'a1', 'c1'], false))).toEqual(['b:b2', 'a:a1', 'c:c1']);
});

test('held: places stay, what left is marked, what is new stands below all', () => {
  expect(told(order(first, ['c1', 'b2', 'a1'], true))).toEqual([
    'a:a1',
    'b:b1 gone',
    'b:b2',
    `${latePlace}:c1`,
  ]);
});

test('held: what came late keeps its place below, and comes back marked no more', () => {
  const once = order(first, ['a1', 'b1', 'b2', 'a2'], true);
  const twice = order(once, ['a3', 'a2', 'b2'], true);
  expect(told(twice)).toEqual(['a:a1 gone', 'b:b1 gone', 'b:b2', `${latePlace}:a2`, `${latePlace}:a3`]);
  expect(told(order(twice, ['a1', 'a2'], true))[0]).toBe('a:a1');
});

test('held: the first of an empty list stands below as well', () => {
  expect(told(order([], ['a1'], true))).toEqual([`${latePlace}:a1`]);
});

test('a kept item still shows what is new of it', () => {
  const one = { id: 'x', value: 1 };
  const shown = steadyOrder([], [one], ({ id }) => id, false);
  const [kept] = steadyOrder(shown, [{ id: 'x', value: 2 }], ({ id }) => id, true);
  expect(kept?.item.value).toBe(2);
});
