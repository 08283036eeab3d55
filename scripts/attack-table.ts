import { existsSync, readFileSync } from 'node:fs';

/** One line of `test-results/attack.jsonl`, as `apps/server/src/attack/report-goal.ts` writes it. */
interface AttackedGoal {
  goal: string;
  what: string;
  count: number;
  of: number;
  bound: number;
  /** The name of the test's file. */
  file: string;
}

/** What `docs/security-tests.md` says that a file of apps/server/src/attack counts. */
export interface ExpectedGoal {
  goal: string;
  file: string;
}

export function readGoals(file: string): AttackedGoal[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const goal = JSON.parse(line) as AttackedGoal & { count: number | null };
    // JSON has no word for a count that could not be measured.
    return { ...goal, count: goal.count ?? Number.NaN };
  });
}

/** Of the document's table; a goal whose place is a bench alone has none. */
export function expectedGoals(document: string): ExpectedGoal[] {
  const rows = document.matchAll(/^\| (S\d+) \|.*\|([^|]*)\|$/gm);
  return [...rows].flatMap(([, goal = '', where = '']) =>
    [...where.matchAll(/`([\w-]+\.test\.ts)`/g)].map(([, file = '']) => ({ goal, file })),
  );
}

export function unreported(
  expected: readonly ExpectedGoal[],
  goals: readonly ExpectedGoal[],
): ExpectedGoal[] {
  return expected.filter(({ goal, file }) => !goals.some((one) => one.goal === goal && one.file === file));
}

/** Nothing attempted shows nothing; written so that a count that could not be measured is missed. */
export function isHeld({ count, of, bound }: Pick<AttackedGoal, 'count' | 'of' | 'bound'>): boolean {
  return of > 0 && count <= bound;
}

/** "goal | what | count | of | verdict", by the number of the goal. */
export function tableOf(goals: readonly Omit<AttackedGoal, 'file'>[]): string {
  const sorted = goals.toSorted((a, b) => Number(a.goal.slice(1)) - Number(b.goal.slice(1)));
  const rows = sorted.map(({ goal, what, count, of, bound }) => [
    goal,
    what,
    String(count),
    String(of),
    isHeld({ count, of, bound }) ? 'held' : `missed: at most ${bound}`,
  ]);
  const all = [['goal', 'what', 'count', 'of', 'verdict'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
}
