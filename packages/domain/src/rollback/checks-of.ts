import type { Service } from '../service/service.ts';
import { checkKind, type VerificationCheck } from '../verification/checks/index.ts';
import { contractOf } from './contract-of.ts';
import type { Plan } from './plan.ts';

/**
 * The checks of a run: always that each workload really serves the target's digests and that what had fired does not any
 * more, and those the team declares. A declared check of the same workload is held to the same digests; none takes the place
 * of one of the run's own.
 */
export function checksOf(service: Service, plan: Pick<Plan, 'steps' | 'target'>): VerificationCheck[] {
  const own = plan.steps.flatMap(({ step }) => contractOf(step).checks?.(step, plan.target.release) ?? []);
  const taken = new Set(own.map(({ name }) => name));
  const declared = service.checks.map((check) => withTarget(check, own));
  return [
    ...own,
    ...declared.map((check) =>
      taken.has(check.name) ? { ...check, name: `${check.name} (declared)` } : check,
    ),
  ];
}

function withTarget(check: VerificationCheck, own: readonly VerificationCheck[]): VerificationCheck {
  const alike = own.filter(({ type }) => type === check.type);
  return checkKind(check.type).heldTo?.(check, alike) ?? check;
}
