import { expect, inject, type TestContext } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `share`: what `npm test` runs; `full`: what the goals ask for. */
    killSize: 'share' | 'full';
  }
  interface TaskMeta {
    goals?: Goal[];
  }
}

/** One measured number of a goal of the engine, and the bound it has to keep. */
export interface Goal {
  goal: string;
  /** What was counted or timed: "lost, of 108 runs". */
  what: string;
  value: number;
  /** At most this. */
  bound: number;
  /** A share on a busy machine keeps counts, not times. */
  shareBound?: number;
}

export function isFull(): boolean {
  return inject('killSize') === 'full';
}

/** The full size, or the share of it. */
export function sized(full: number, share: number): number {
  return isFull() ? full : share;
}

/** Records every figure before the first one that is short fails the test. */
export function report({ task }: TestContext, goals: Goal[]): void {
  task.meta.goals = [...(task.meta.goals ?? []), ...goals];
  for (const { goal, what, value, bound, shareBound } of goals)
    expect(value, `${goal}: ${what}`).toBeLessThanOrEqual(isFull() ? bound : (shareBound ?? bound));
}

/** The value below which the share `p` of the sample lies. */
export function percentile(sample: readonly number[], p: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}
