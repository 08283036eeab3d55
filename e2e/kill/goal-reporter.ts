import type { Reporter, TestCase } from 'vitest/node';
import type { Goal } from './goals.ts';

const goals: Goal[] = [];

/** Prints `goal R1 <value> <bound> ok|short` for every figure of the run, at its end. */
export const goalReporter: Reporter = {
  onTestCaseResult(test: TestCase) {
    goals.push(...(test.meta().goals ?? []));
  },
  onTestRunEnd() {
    for (const { goal, what, value, bound } of goals)
      process.stdout.write(`goal ${goal} ${value} ${bound} ${value <= bound ? 'ok' : 'short'} (${what})\n`);
  },
};
