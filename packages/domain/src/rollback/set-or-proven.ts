import type { Deployment } from '../deployment/deployment.ts';
import { workloadChanges } from '../deployment/deployment.ts';
import { contractOf } from './contract-of.ts';
import type { Step } from './step.ts';

/** What a step does to what is in place, where that is less than its kind says: pods only start anew, or nothing is left to do. */
export type LesserEffect = 'restart' | 'none';

/** A step as its outcome is told. */
export interface OutcomeStep {
  step: Step;
  effect?: LesserEffect | undefined;
}

/** "Deployment/web" */
export type WorkloadKey = string;

export function keyOf({ kind, name }: { kind: string; name: string }): WorkloadKey {
  return `${kind}/${name}`;
}

/**
 * The workloads that are left with another template than the one that the deployment brought: those that a step sets, and those
 * that have to serve another one, whoever sets it.
 */
export function setOrProven(
  deployment: Pick<Deployment, 'changes'>,
  steps: readonly OutcomeStep[],
): Set<WorkloadKey> {
  const brought = new Map(
    workloadChanges(deployment).map(({ target, after }) => [keyOf(target), after?.templateDigest]),
  );
  return new Set(
    steps.flatMap(({ step }) => {
      const { sets, proves } = contractOf(step);
      const set = sets?.(step);
      if (set) return [keyOf(set.workload)];
      const proven = proves?.(step);
      if (!proven) return [];
      const key = keyOf(proven.workload);
      return brought.has(key) && brought.get(key) !== proven.templateDigest ? [key] : [];
    }),
  );
}
