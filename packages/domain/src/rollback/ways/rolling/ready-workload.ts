import type { WorkloadSnapshot, WorkloadTarget } from '../../../workload/workload.ts';
import type { AnsweredFact, WorkloadSeen } from '../../need.ts';

/** A workload that `refusalsFor` let through. */
export interface ReadyWorkload extends WorkloadSeen {
  workload: WorkloadTarget;
  to: WorkloadSnapshot;
  /** The same as it was recorded, before its images were pinned. */
  recorded: WorkloadSnapshot;
}

export function readyWorkloads(facts: readonly AnsweredFact<'workload'>[]): ReadyWorkload[] {
  return facts.flatMap(({ ask, answer }) =>
    answer.kind === 'seen' && answer.seen.to
      ? [{ ...answer.seen, workload: ask.workload, to: answer.seen.to, recorded: ask.to ?? answer.seen.to }]
      : [],
  );
}
