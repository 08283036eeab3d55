import type { PlannedStep, StepOf } from './step.ts';

/**
 * The steps of a lane, each saying also what the steps before it have stopped and no step has started again. Whoever reads
 * where a rollback stopped has to know that half of the service is down, whatever the step in hand has to do with it.
 */
export function withStillStopped(steps: readonly PlannedStep[]): PlannedStep[] {
  const stopped = new Map<string, string>();
  return steps.map((planned) => {
    const { step } = planned;
    // The steps that stop and start writers speak of them themselves.
    if (step.kind === 'stop-writers') {
      for (const [uid, name] of namesOf(step)) stopped.set(uid, name);
      return planned;
    }
    if (step.kind === 'start-writers') {
      for (const [uid] of namesOf(step)) stopped.delete(uid);
      return planned;
    }
    if (stopped.size === 0) return planned;
    const names = [...stopped.values()].join(', ');
    return { ...planned, leavesBehind: `${planned.leavesBehind} Stopped and not started again: ${names}.` };
  });
}

function namesOf({ writers }: StepOf<'stop-writers' | 'start-writers'>): [uid: string, name: string][] {
  return writers.map(({ uid, workload }) => [uid, workload.name]);
}
