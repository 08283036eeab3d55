import { instantAfter } from '../instant-after.ts';
import type { CheckState } from './check.ts';
import { mostPasses } from './check-frame.ts';
import { checkKind, type VerificationCheck } from './checks/index.ts';

/** The clock of every check starts when verification begins. */
export function startChecks(checks: readonly VerificationCheck[], now: number): CheckState[] {
  return checks.map((check) => ({
    name: check.name,
    type: check.type,
    verdict: 'pending',
    passesInARow: 0,
    passesNeeded: Math.min(Math.max(1, check.passes), mostPasses),
    expected: checkKind(check.type).expected(check),
    actual: null,
    reason: null,
    attempts: 0,
    startedAt: now,
    lastAttemptAt: null,
    nextAttemptAt: now,
    deadlineAt: instantAfter(now, check.timeoutMs),
  }));
}
