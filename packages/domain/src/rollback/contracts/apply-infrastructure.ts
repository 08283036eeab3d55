import { namedLoss } from '../accepted-loss.ts';
import {
  changesCounted,
  changesInWords,
  type InfrastructureChange,
  losesData,
  mayLoseRows,
  notShown,
} from '../infrastructure-change.ts';
import {
  changedByOthers,
  replaced,
  type StepContract,
  type StepRefusal,
  workLimits,
} from './step-contract.ts';

export interface InfrastructureTarget {
  stack: string;
  /** Identity of the stack's state; another one is another stack under the same name. */
  lineage: string;
  /** Version of the configuration, such as a commit. */
  from: string;
  to: string;
  /** What the plan has shown. Nothing beyond it is applied without asking. */
  changes: InfrastructureChange[];
  /** Resources that keep data and may be destroyed: the command named them. */
  acceptedDestroys: string[];
}

export interface InfrastructureSeen {
  lineage: string;
  /** Version of the configuration that is in place, wholly or in part; in words where it is none that was asked for. */
  version: string;
  /** Raised by every write of the state. */
  serial: number;
  /** Who holds the lock of the state: an operation of ours, or somebody in words; null when nobody does. */
  lockedBy: string | null;
  /** Resources that differ from what was applied last: somebody changed them by hand. */
  drifted: string[];
  /** What going to the target would change now; empty where somebody holds the lock. */
  changes: InfrastructureChange[];
  /** Why this operation's work ended before the target, told once: whoever goes on after that tries again. Absent: it did not. */
  failed?: string;
}

/** The target configuration is applied and the lock of the state is free. */
export const applyInfrastructure: StepContract<
  'apply-infrastructure',
  InfrastructureTarget,
  InfrastructureSeen
> = {
  kind: 'apply-infrastructure',
  isDone: (step, seen) => seen.lineage === step.lineage && seen.version === step.to && seen.lockedBy === null,
  refusal(step, seen) {
    const name = `Stack ${step.stack}`;
    if (seen.lineage !== step.lineage) return replaced(name);
    // What is being changed right now cannot be judged.
    if (seen.lockedBy !== null || seen.version === step.to) return null;
    if (seen.failed !== undefined) return failed(name, seen);
    if (seen.version !== step.from) return changedByOthers(name, `at ${seen.version}`, step.from, step.to);
    if (seen.drifted.length > 0) {
      return {
        reason: `${seen.drifted.join(', ')} of ${name} were changed by hand, and applying would undo that.`,
        advice: 'Take the change into the configuration or undo it by hand, then resume.',
      };
    }
    return unnamedDestroy(step, seen) ?? unshown(step, seen);
  },
  blockedBy: (_step, { lockedBy }, operation) =>
    lockedBy === null || lockedBy === operation ? null : `${lockedBy} has locked the state`,
  waitsFor: (_step, { lockedBy }, operation) => (lockedBy === operation ? 'applying' : null),
  inWords({ stack }, { version, changes, lockedBy }) {
    if (lockedBy !== null) return `${stack} is being changed`;
    return `${stack} is at ${version}${changes.length > 0 ? `, ${changesCounted(changes)}` : ''}`;
  },
  // One attempt brings the configuration, makes its tool ready and plans.
  limits: { ...workLimits(60 * 60_000), heartbeatMs: 3 * 60_000 },
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `Stack ${step.stack} is at ${step.from}, at ${step.to}, or partly applied; its state file tells which.`,
  usualMs: 900_000,
  looksOnly: null,
  family: 'infrastructure',
  detail: ({ stack, from, to, changes }) => ({ kind: 'stack', stack, from, to, changes }),
  goesBack: ({ stack }) => [`stack ${stack}`],
  keepsRows: ({ changes }) => (changes.some(mayLoseRows) ? 'unknown' : 'certain'),
  record: ({ stack, from, to }) => ({ kind: 'infrastructure', target: { stack }, before: from, after: to }),
};

function failed(name: string, { failed: why, changes }: InfrastructureSeen): StepRefusal {
  return {
    reason: `${name} could not be applied to its end: ${why} What is left ${changesInWords(changes)}.`,
    advice:
      'Fix the cause, then resume: it is planned anew, and goes on if nothing is left but what was shown.',
  };
}

function unnamedDestroy(step: InfrastructureTarget, { changes }: InfrastructureSeen): StepRefusal | null {
  const lost = changes.filter(losesData).map(({ address }) => address);
  const unnamed = lost.filter((one) => !step.acceptedDestroys.includes(one));
  if (unnamed.length === 0) return null;
  return {
    reason: `Going to ${step.to} would destroy ${unnamed.join(', ')}, which the command did not name.`,
    advice: `Ask for the rollback again and name what may be destroyed (accepting): ${unnamed.map((one) => namedLoss(step.stack, one)).join(', ')}.`,
  };
}

/** The world has moved since the plan was shown, or another release of the tool plans otherwise. */
function unshown(step: InfrastructureTarget, seen: InfrastructureSeen): StepRefusal | null {
  const more = notShown(seen.changes, step.changes);
  if (more.length === 0) return null;
  return {
    reason: `Going to ${step.to} now also ${changesInWords(more)}, which the plan did not show.`,
    advice: 'Ask for the rollback again: its plan shows what it changes now.',
  };
}
