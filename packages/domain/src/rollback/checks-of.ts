import type { Service } from '../service/service.ts';
import type { VerificationCheck } from '../verification/checks/index.ts';
import type { KubernetesCheck } from '../verification/checks/kubernetes.ts';
import type { Plan } from './plan.ts';
import type { StableTarget } from './step.ts';

/** The checks of a run: those the team declared, and always that each workload really serves the target's digests. */
export function checksOf(service: Service, plan: Plan): VerificationCheck[] {
  const stable = plan.steps.flatMap(({ step }) => (step.kind === 'wait-until-stable' ? [step] : []));
  const declared = new Set(service.checks.map((check) => check.name));
  const own = stable.map((target): KubernetesCheck => {
    const { kind, name } = target.workload;
    return {
      name: `${name} serves release ${plan.target.release}`,
      type: 'kubernetes',
      workload: { kind, name },
      passes: 2,
      timeoutMs: 120_000,
      everyMs: 2_000,
    };
  });
  return [...own.filter((check) => !declared.has(check.name)), ...service.checks].map((check) =>
    check.type === 'kubernetes' ? withServed(check, stable) : check,
  );
}

/** What the run sets a workload to, its check holds it to. */
function withServed(check: KubernetesCheck, stable: readonly StableTarget[]): KubernetesCheck {
  const target = stable.find(
    ({ workload }) => workload.kind === check.workload.kind && workload.name === check.workload.name,
  );
  if (!target) return check;
  const { templateDigest, imageDigests } = target;
  return { ...check, serves: { templateDigest, imageDigests } };
}
