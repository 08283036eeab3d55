import type { WorkloadTarget } from '../../workload/workload.ts';
import { replaced, type StepContract, workLimits } from './step-contract.ts';

/** What must be up before traffic is led to it. */
export interface ReplicasTarget {
  workload: WorkloadTarget;
  uid: string;
  /** As many as were wanted when it was planned. */
  from: number;
  /** So many are wanted and ready, at least. */
  replicas: number;
}

export interface ReplicasSeen {
  uid: string;
  desired: number;
  ready: number;
  /** All that the outside can refuse by; opaque to everything but the adapter. */
  fence?: unknown;
}

/** At least so many are wanted, and ready. Nothing is ever scaled down: who scaled it higher meanwhile is left alone. */
export const ensureReplicas: StepContract<'ensure-replicas', ReplicasTarget, ReplicasSeen> = {
  kind: 'ensure-replicas',
  isDone: (step, seen) =>
    seen.uid === step.uid && seen.desired >= step.replicas && seen.ready >= step.replicas,
  refusal(step, seen) {
    const name = nameOf(step);
    if (seen.uid !== step.uid) return replaced(name);
    if (seen.desired >= step.replicas || seen.desired === step.from) return null;
    return {
      reason: `${name} is scaled to ${seen.desired}: neither ${step.from}, as it was, nor ${step.replicas}. Somebody else scaled it.`,
      advice: `Find out who scaled ${name}. Scale it to ${step.from} or to ${step.replicas}, then resume.`,
    };
  },
  waitsFor: (step, seen) => (seen.desired >= step.replicas ? ensureReplicas.inWords(step, seen) : null),
  inWords: (step, seen) => `${seen.ready} of ${step.replicas} replicas ready`,
  limits: workLimits(10 * 60_000),
  lookAgainMs: 500,
  leavesBehind: (step) => `${nameOf(step)} may run up to ${step.replicas} replicas more than before.`,
  usualMs: 30_000,
  looksOnly: null,
};

function nameOf({ workload: { kind, name } }: ReplicasTarget): string {
  return `${kind} ${name}`;
}
