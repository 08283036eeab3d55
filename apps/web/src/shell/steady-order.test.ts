import { expect, test } from 'vitest';
import { steadyOrder } from './steady-order.ts';

const key = (item: { id: string }) => item.id;
const a = { id: 'a', n: 1 };
const b = { id: 'b', n: 1 };
const c = { id: 'c', n: 1 };

test('without a pointer the list is what was sent', () => {
  const { list } = steadyOrder(steadyOrder([], [a, b], key, false).list, [b, c, a], key, false);
  expect(list.map((one) => one.key)).toEqual(['b', 'c', 'a']);
});

test('under the pointer places stay, values change, new ones wait', () => {
  const before = steadyOrder([], [a, b], key, false).list;
  const { list, waiting } = steadyOrder(before, [c, { ...b, n: 2 }, a], key, true);
  expect(list.map((one) => [one.key, one.item.n, one.gone])).toEqual([
    ['a', 1, false],
    ['b', 2, false],
  ]);
  expect(waiting).toBe(1);
});

test('what left stays in place until the pointer leaves', () => {
  const before = steadyOrder([], [a, b], key, false).list;
  const held = steadyOrder(before, [b], key, true).list;
  expect(held.map((one) => [one.key, one.gone])).toEqual([
    ['a', true],
    ['b', false],
  ]);
  expect(steadyOrder(held, [b], key, false).list.map((one) => one.key)).toEqual(['b']);
});

test('an empty list holds nothing back', () => {
  expect(steadyOrder([], [a], key, true).list).toHaveLength(1);
});
