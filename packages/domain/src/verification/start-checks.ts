import type { CheckState } from './check.ts';
import { checkKind, type VerificationCheck } from './checks/index.ts';

/** The clock of every check starts when verification begins. */
export function startChecks(checks: readonly VerificationCheck[], now: number): CheckState[] {
  return checks.map((check) => ({
    name: check.name,
    type: check.type,
    verdict: 'pending',
    passesInARow: 0,
    passesNeeded: check.passes,
    expected: checkKind(check.type).expected(check),
    actual: null,
    reason: null,
    attempts: 0,
    startedAt: now,
    lastAttemptAt: null,
    nextAttemptAt: now,
    deadlineAt: now + check.timeoutMs,
  }));
}
