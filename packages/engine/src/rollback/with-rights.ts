import type { PlanningRead, Rollout } from '@lastgood/domain';

/**
 * What is seen of a workload, and which rights are missing for it: found out with the plan, not by a step in the incident. A cluster
 * that shows the workload and cannot be asked about rights stops nothing.
 */
export function withRights(rollout: Rollout, read: PlanningRead<'workload'>): PlanningRead<'workload'> {
  return async (ask, signal) => {
    const [answer, rights] = await Promise.all([
      read(ask, signal),
      rollout.missingRights(ask.workload, signal),
    ]);
    if (answer.kind !== 'seen' || rights.kind !== 'known') return answer;
    return { kind: 'seen', seen: { ...answer.seen, missingRights: rights.missing } };
  };
}
