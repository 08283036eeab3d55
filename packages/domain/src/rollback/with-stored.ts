import { contractOf } from './contract-of.ts';
import type { Became, StoredTemplate } from './contracts/step-contract.ts';
import type { Plan } from './plan.ts';
import type { RunStep } from './run.ts';
import type { PlannedStep, Step } from './step.ts';

/** A step done otherwise than expected, of whatever kind. */
export type BecameStep = Became<Step>;

/** The rows once one of them was done otherwise than expected: it is what it became, and the later ones follow it. */
export function withStored(
  steps: readonly RunStep[],
  { ordinal, lane }: Pick<RunStep, 'ordinal' | 'lane'>,
  became: BecameStep,
): RunStep[] {
  return steps.map((row) => {
    if (row.lane !== lane || row.ordinal < ordinal) return row;
    const step = row.ordinal === ordinal ? became.step : followed(row.planned.step, became.stored);
    return step === row.planned.step ? row : { ...row, planned: { ...row.planned, step } };
  });
}

/** The plan whose steps are those of the rows. */
export function planOf(plan: Plan, rows: readonly RunStep[]): Plan {
  const byOrdinal = new Map(rows.map(({ ordinal, planned }): [number, PlannedStep] => [ordinal, planned]));
  return { ...plan, steps: plan.steps.map((step, ordinal) => byOrdinal.get(ordinal) ?? step) };
}

function followed(step: Step, stored: StoredTemplate): Step {
  const after = contractOf(step).follow?.(step, stored);
  return after === undefined ? step : { ...step, ...after };
}
