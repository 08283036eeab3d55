import { existsSync, readFileSync } from 'node:fs';

/** One line of `test-results/attack.jsonl`, as `apps/server/src/attack/report-goal.ts` writes it. */
interface AttackedGoal {
  goal: string;
  what: string;
  count: number;
  of: number;
  bound: number;
}

export function readGoals(file: string): AttackedGoal[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as AttackedGoal);
}

/** "goal | what | count | of | verdict", by the number of the goal. */
export function tableOf(goals: readonly AttackedGoal[]): string {
  const sorted = goals.toSorted((a, b) => Number(a.goal.slice(1)) - Number(b.goal.slice(1)));
  const rows = sorted.map(({ goal, what, count, of, bound }) => [
    goal,
    what,
    String(count),
    String(of),
    // Written so that a count that could not be measured is missed.
    count <= bound ? 'held' : `missed: at most ${bound}`,
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
