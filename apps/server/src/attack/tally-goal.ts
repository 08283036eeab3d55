import { afterAll } from 'vitest';
import { type AttackedGoal, reportGoal } from './report-goal.ts';

/**
 * Counts while a file's tests run; reported when they are through, whatever an assertion has thrown meanwhile. Count first,
 * then assert: a goal that is missed is a row of the table.
 */
export function tallyGoal(
  goal: string,
  what: string,
  bound = 0,
): Pick<AttackedGoal, 'goal' | 'count' | 'of'> {
  const tally = { goal, what, count: 0, of: 0, bound };
  afterAll(() => reportGoal(tally));
  return tally;
}
