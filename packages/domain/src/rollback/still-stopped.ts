import { contractOf } from './contract-of.ts';
import type { PlannedStep } from './step.ts';

/**
 * The steps of a lane, each saying also what the steps before it have stopped and no step has started again. Whoever reads
 * where a rollback stopped has to know that half of the service is down, whatever the step in progress has to do with it.
 */
export function withStillStopped(steps: readonly PlannedStep[]): PlannedStep[] {
  const stopped = new Map<string, string>();
  return steps.map((planned) => {
    const { step } = planned;
    const { stops, starts } = contractOf(step);
    for (const { uid, name } of stops?.(step) ?? []) stopped.set(uid, name);
    for (const { uid } of starts?.(step) ?? []) stopped.delete(uid);
    // The steps that stop and start something speak of it themselves.
    if (stops || starts || stopped.size === 0) return planned;
    const names = [...stopped.values()].join(', ');
    return { ...planned, leavesBehind: `${planned.leavesBehind} Stopped and not started again: ${names}.` };
  });
}
