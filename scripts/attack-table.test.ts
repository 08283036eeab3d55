import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { expectedGoals, isHeld, readGoals, tableOf, unreported } from './attack-table.ts';

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

test('a count that JSON has no word for is missed, and so is what was never attempted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-goals-'));
  const file = join(folder, 'goals.jsonl');
  const goal = { goal: 'S7', what: 'a', count: Number.NaN, of: 9, bound: 0, file: 'a.test.ts' };
  writeFileSync(file, `${JSON.stringify(goal)}\n`);
  const read = readGoals(file);
  rmSync(folder, { recursive: true });
  expect(read).toEqual([goal]);
  expect(read.map(isHeld)).toEqual([false]);
  expect(isHeld({ count: 0, of: 0, bound: 0 })).toBe(false);
});

test('a file of the document that reported nothing is told of, a bench is not', () => {
  const document = [
    '| goal | what | where |',
    '|---|---|---|',
    '| S2 | a | `a.test.ts`, `b.test.ts` |',
    '| S10 | b | `c.test.ts`; the milliseconds: `npm run bench acting` |',
    '| S13 | c | `bench/loop` |',
  ].join('\n');
  const expected = expectedGoals(document);
  expect(expected).toEqual([
    { goal: 'S2', file: 'a.test.ts' },
    { goal: 'S2', file: 'b.test.ts' },
    { goal: 'S10', file: 'c.test.ts' },
  ]);
  expect(unreported(expected, [{ goal: 'S2', file: 'a.test.ts' }])).toEqual(expected.slice(1));
});

test('the document names every file that reports a goal, and none that does not', () => {
  const root = join(import.meta.dirname, '..');
  const reporting = globSync('apps/server/src/attack/*.test.ts', { cwd: root })
    .filter((file) => /\b(reportGoal|tallyGoal)\(/.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => basename(file));
  const expected = expectedGoals(readFileSync(join(root, 'docs', 'security-tests.md'), 'utf8'));
  expect([...new Set(expected.map(({ file }) => file))].sort()).toEqual(reporting.sort());
});
