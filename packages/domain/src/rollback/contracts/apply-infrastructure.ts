import { changedByOthers, replaced, type StepContract, workLimits } from './step-contract.ts';

export interface InfrastructureTarget {
  stack: string;
  /** Identity of the stack's state; another one is another stack under the same name. */
  lineage: string;
  /** Version of the configuration, such as a commit. */
  from: string;
  to: string;
  /** Resources that may be destroyed: the command named them. */
  acceptedDestroys: string[];
}

export interface InfrastructureSeen {
  lineage: string;
  /** Version of the configuration that was applied last. */
  version: string;
  /** Raised by every write of the state. */
  serial: number;
  /** Who holds the lock of the state: an operation of ours, or somebody in words; null when nobody does. */
  lockedBy: string | null;
  /** Resources that differ from what was applied last: somebody changed them by hand. */
  drifted: string[];
  /** Resources that going to the target would destroy. */
  destroys: string[];
}

/** The target configuration is applied and the lock of the state is free. */
export const applyInfrastructure: StepContract<
  'apply-infrastructure',
  InfrastructureTarget,
  InfrastructureSeen
> = {
  kind: 'apply-infrastructure',
  isDone: (step, seen) => seen.lineage === step.lineage && seen.version === step.to && seen.lockedBy === null,
  refusal(step, seen, operation) {
    const name = `Stack ${step.stack}`;
    if (seen.lineage !== step.lineage) return replaced(name);
    if (seen.lockedBy === operation || seen.version === step.to) return null;
    if (seen.version !== step.from) return changedByOthers(name, `at ${seen.version}`, step.from, step.to);
    if (seen.drifted.length > 0) {
      return {
        reason: `${seen.drifted.join(', ')} of ${name} were changed by hand, and applying would undo that.`,
        advice: 'Take the change into the configuration or undo it by hand, then resume.',
      };
    }
    const destroyed = seen.destroys.filter((one) => !step.acceptedDestroys.includes(one));
    if (destroyed.length === 0) return null;
    return {
      reason: `Going to ${step.to} would destroy ${destroyed.join(', ')}, which the command did not name.`,
      advice: 'Ask for the rollback again and name what may be destroyed.',
    };
  },
  blockedBy: (_step, { lockedBy }, operation) =>
    lockedBy === null || lockedBy === operation ? null : `${lockedBy} has locked the state`,
  waitsFor: (_step, { lockedBy }, operation) => (lockedBy === operation ? 'applying' : null),
  inWords: (step, seen) => `${step.stack} is at ${seen.version}`,
  limits: workLimits(60 * 60_000),
  lookAgainMs: 5_000,
  leavesBehind: (step) =>
    `Stack ${step.stack} is at ${step.from}, at ${step.to}, or partly applied; its state file tells which.`,
  usualMs: 900_000,
  looksOnly: null,
  family: 'infrastructure',
  record: ({ stack, from, to }) => ({ kind: 'infrastructure', target: { stack }, before: from, after: to }),
};
