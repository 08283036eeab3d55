import type { Service } from '../service/service.ts';
import { checkKind, type VerificationCheck } from '../verification/checks/index.ts';
import { contractOf } from './contract-of.ts';
import type { Plan } from './plan.ts';

/**
 * The checks of a run: those the team declared, and always that each workload really serves the target's digests. A declared
 * check of the same workload is held to the same digests.
 */
export function checksOf(service: Service, plan: Plan): VerificationCheck[] {
  const declared = new Set(service.checks.map((check) => check.name));
  const own = plan.steps.flatMap(({ step }) => contractOf(step).check?.(step, plan.target.release) ?? []);
  return [
    ...own.filter((check) => !declared.has(check.name)),
    ...service.checks.map((check) => withTarget(check, own)),
  ];
}

function withTarget(check: VerificationCheck, own: readonly VerificationCheck[]): VerificationCheck {
  const alike = own.filter(({ type }) => type === check.type);
  return checkKind(check.type).heldTo?.(check, alike) ?? check;
}
