import { type ContractOf, stepContracts } from './contracts/index.ts';
import type { PlannedStep, Step, StepLimits } from './step.ts';

/** A step with its words and the limits of its contract, or those the service's policy sets instead. */
export function plannedStep(
  step: Step,
  said: { title: string; target: string; expectedMs: number | null; limits?: Partial<StepLimits> },
): PlannedStep {
  const contract = stepContracts[step.kind] as ContractOf<typeof step.kind>;
  return {
    step,
    title: said.title,
    limits: { ...contract.limits, ...said.limits },
    leavesBehind: contract.leavesBehind(step as never, said.target),
    expectedMs: said.expectedMs,
  };
}
