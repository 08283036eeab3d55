import { contractOf } from './contract-of.ts';
import type { StepLimits } from './contracts/step-contract.ts';
import type { PlannedStep, Step } from './step.ts';
import type { StepDetail } from './step-detail.ts';

/** What a step comes to, in parts; undefined where there is nothing to lay out. */
export function detailOf({ step, detail }: PlannedStep): StepDetail | undefined {
  return detail ?? contractOf(step).detail?.(step);
}

/** A step with its words and the limits of its contract, or those the service's policy sets instead. */
export function plannedStep(
  step: Step,
  said: {
    title: string;
    target: string;
    expectedMs: number | null;
    limits?: Partial<StepLimits> | undefined;
    estimate?: PlannedStep['estimate'];
    detail?: PlannedStep['detail'] | undefined;
  },
): PlannedStep {
  const contract = contractOf(step);
  return {
    step,
    title: said.title,
    limits: { ...contract.limits, ...said.limits },
    leavesBehind: contract.leavesBehind(step, said.target),
    expectedMs: said.expectedMs,
    ...(said.detail ? { detail: said.detail } : {}),
    ...(said.estimate ? { estimate: said.estimate } : {}),
  };
}
