import { contractOf } from './contract-of.ts';
import type { SetWorkload } from './contracts/step-contract.ts';
import type { Plan } from './plan.ts';

/** The workloads a plan sets, where setting them is all that it changes; else none, for a part is no rollback. */
export function setByPlan({ steps }: Pick<Plan, 'steps'>): SetWorkload[] {
  const sets = steps
    .filter(({ step }) => contractOf(step).looksOnly === null)
    .map(({ step }) => contractOf(step).sets?.(step));
  return sets.every((one) => one !== undefined) ? sets : [];
}
