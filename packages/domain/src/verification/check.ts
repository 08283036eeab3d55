import type { CheckType } from './checks/index.ts';

export type CheckVerdict = 'pending' | 'passed' | 'failed' | 'could_not_ask' | 'nothing_serves';

/** How one check of one run stands. */
export interface CheckState {
  name: string;
  /** The member of a group whose check it is; absent: 0. */
  lane?: number | undefined;
  type: CheckType;
  verdict: CheckVerdict;
  passesInARow: number;
  passesNeeded: number;
  expected: string;
  actual: string | null;
  reason: string | null;
  attempts: number;
  startedAt: number;
  lastAttemptAt: number | null;
  nextAttemptAt: number | null;
  deadlineAt: number;
}
