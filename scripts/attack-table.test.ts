import { expect, test } from 'vitest';
import { tableOf } from './attack-table.ts';

test('a goal is held up to its bound and missed beyond it, and by a count that is no number', () => {
  const goal = { goal: 'S10', what: 'a', count: 1, of: 9, bound: 1 };
  const table = tableOf([goal, { ...goal, goal: 'S7', count: 2 }, { ...goal, count: Number.NaN }]).split(
    '\n',
  );
  expect(table.map((line) => line.replace(/ +\| /g, '|'))).toEqual([
    'goal|what|count|of|verdict',
    'S7|a|2|9|missed: at most 1',
    'S10|a|1|9|held',
    'S10|a|NaN|9|missed: at most 1',
  ]);
});
