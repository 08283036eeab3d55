import { formatValue } from '../decision/format.ts';
import type { Plan } from '../rollback/plan.ts';
import type { Service } from '../service/service.ts';
import type { CheckState, KubernetesCheck, VerificationCheck } from './check.ts';

/** The checks of a run: those the team declared, and always that each workload really serves the target's digests. */
export function checksOf(service: Service, plan: Plan): VerificationCheck[] {
  const declared = new Set(service.checks.map((check) => check.name));
  const own = plan.steps.flatMap(({ step }): KubernetesCheck[] =>
    step.kind === 'wait-until-stable'
      ? [
          {
            name: `${step.workload.name} serves release ${plan.target.release}`,
            type: 'kubernetes',
            workload: { kind: step.workload.kind, name: step.workload.name },
            passes: 2,
            timeoutMs: 120_000,
            everyMs: 2_000,
          },
        ]
      : [],
  );
  return [...own.filter((check) => !declared.has(check.name)), ...service.checks];
}

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
