import type { Observed, Rollout, StepEffect, WorkloadObservation, WorkloadTarget } from '@lastgood/domain';

type RolloutKind = 'rehearse-template' | 'set-template' | 'wait-until-stable';

/** The kinds of steps that a cluster adapter does. Its own fences carry the operation's key; uid and generation refuse. */
export function rolloutEffects(rollout: Rollout): { [K in RolloutKind]: StepEffect<K> } {
  const observe = ({ workload }: { workload: WorkloadTarget }, _operation: unknown, signal: AbortSignal) =>
    look(rollout, workload, signal);
  return {
    'rehearse-template': {
      observe,
      apply: (step, operation, signal) => rollout.rehearse(step, operation.key, signal),
    },
    'set-template': {
      observe,
      apply: (step, operation, signal) => rollout.setTemplate(step, operation.key, signal),
    },
    'wait-until-stable': {
      observe,
      /** Sent only when an ordered StatefulSet keeps pods that it will not replace; each goes by its uid. */
      async apply(step, _operation, signal) {
        const seen = await look(rollout, step.workload, signal);
        if (seen.kind !== 'seen') return { kind: 'retry', reason: seen.reason, afterMs: 1_000 };
        const { stuckPods } = seen.seen.progress;
        const released = await rollout.releaseStuckPods(step.workload, stuckPods, signal);
        if (released.kind !== 'applied' && released.kind !== 'already') return released;
        return { kind: 'applied', note: `released ${stuckPods.map((pod) => pod.name).join(', ')}` };
      },
    },
  };
}

async function look(
  rollout: Rollout,
  workload: WorkloadTarget,
  signal: AbortSignal,
): Promise<Observed<WorkloadObservation>> {
  const read = await rollout.read(workload, signal);
  return read.kind === 'found' ? { kind: 'seen', seen: read.observation } : read;
}
