/** One measured number and what it has to keep. */
export interface Goal {
  id: string;
  what: string;
  value: number;
  bound: number;
  /** Whether the value must not exceed the bound, or must reach it. */
  keep: 'at-most' | 'at-least';
}

/** Prints `goal ID VALUE BOUND ok|short (what)` for each; the process exits non-zero when one is short. */
export function reportGoals(goals: readonly Goal[]): void {
  for (const { id, what, value, bound, keep } of goals) {
    // Written so that a figure that could not be measured, NaN, is short.
    const ok = keep === 'at-most' ? value <= bound : value >= bound;
    if (!ok) process.exitCode = 1;
    process.stdout.write(`goal ${id} ${round(value)} ${round(bound)} ${ok ? 'ok' : 'short'} (${what})\n`);
  }
}

/** Three digits at most behind the point, none where they say nothing. */
export function round(value: number): number {
  return Number(value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0));
}
