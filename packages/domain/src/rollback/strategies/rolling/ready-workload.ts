import type { WorkloadFacts } from '../../needed-facts.ts';

/** A workload that `refusalsFor` let through. */
export type ReadyWorkload = WorkloadFacts & {
  to: NonNullable<WorkloadFacts['to']>;
  read: Extract<WorkloadFacts['read'], { kind: 'found' }>;
};

export function isReady(facts: WorkloadFacts): facts is ReadyWorkload {
  return facts.to !== null && facts.read.kind === 'found';
}
