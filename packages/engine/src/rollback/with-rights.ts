import type { PlanningRead, Rollout } from '@lastgood/domain';

/**
 * What is seen of a workload, which rights are missing for it, and what scales it: found out with the plan, not by a step in the
 * incident. A cluster that shows the workload and cannot be asked about the rest stops nothing.
 */
export function withRights(rollout: Rollout, read: PlanningRead<'workload'>): PlanningRead<'workload'> {
  return async (ask, signal) => {
    const [answer, rights, scaled] = await Promise.all([
      read(ask, signal),
      rollout.missingRights(ask.workload, signal),
      rollout.scaler(ask.workload, signal),
    ]);
    if (answer.kind !== 'seen') return answer;
    const scaler = scaled.kind === 'known' ? scaled.scaler : null;
    const missing = rights.kind === 'known' ? { missingRights: rights.missing } : {};
    return { kind: 'seen', seen: { ...answer.seen, ...(scaler && { scaler }), ...missing } };
  };
}
