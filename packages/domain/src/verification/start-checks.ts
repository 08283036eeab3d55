import { formatValue } from '../trigger/format.ts';
import type { CheckState, VerificationCheck } from './check.ts';

/** The clock of every check starts when verification begins. */
export function startChecks(checks: readonly VerificationCheck[], now: number): CheckState[] {
  return checks.map((check) => ({
    name: check.name,
    type: check.type,
    verdict: 'pending',
    passesInARow: 0,
    passesNeeded: check.passes,
    expected: describeExpected(check),
    actual: null,
    reason: null,
    attempts: 0,
    startedAt: now,
    lastAttemptAt: null,
    nextAttemptAt: now,
    deadlineAt: now + check.timeoutMs,
  }));
}

export function describeExpected(check: VerificationCheck): string {
  switch (check.type) {
    case 'http':
      return `status ${check.expectedStatus}`;
    case 'kubernetes':
      return 'every replica available on the recorded digest';
    case 'prometheus': {
      const value = formatValue(check.expected, '');
      return check.comparator === 'within'
        ? `${value} ± ${formatValue((check.tolerance ?? 0) * 100, '')} %`
        : `${check.comparator} ${value}`;
    }
  }
}
