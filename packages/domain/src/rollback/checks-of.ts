import type { Service } from '../service/service.ts';
import type { VerificationCheck } from '../verification/checks/index.ts';
import type { KubernetesCheck } from '../verification/checks/kubernetes.ts';
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

function withTarget(check: VerificationCheck, own: readonly KubernetesCheck[]): VerificationCheck {
  if (check.type !== 'kubernetes') return check;
  const { kind, name } = check.workload;
  const same = own.find(({ workload }) => workload.kind === kind && workload.name === name);
  return same?.serves ? { ...check, serves: same.serves } : check;
}
