import type { ReadResult } from '../workload/observation.ts';
import { contractOf } from './contract-of.ts';
import type { SetWorkload } from './contracts/step-contract.ts';
import type { RunStep } from './run.ts';

/** What a workload that a run sets was found to be when the run stopped. */
export interface FoundAtStop {
  /** Of the step that sets it. */
  ordinal: number;
  set: SetWorkload;
  read: ReadResult;
}

/** The workloads that a run sets, each by the step that does. */
export function setBy(steps: readonly RunStep[]): Omit<FoundAtStop, 'read'>[] {
  return steps.flatMap(({ ordinal, planned: { step } }) => {
    const set = contractOf(step).sets?.(step);
    return set ? [{ ordinal, set }] : [];
  });
}
