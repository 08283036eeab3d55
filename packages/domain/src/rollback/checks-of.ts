import type { Service } from '../service/service.ts';
import type { KubernetesCheck, VerificationCheck } from '../verification/check.ts';
import type { Plan } from './plan.ts';

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
