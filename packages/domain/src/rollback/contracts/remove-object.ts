import { isRemovableKind, type ObjectRef, objectInWords } from '../../workload/cluster-object.ts';
import type { Owner } from '../../workload/observation.ts';
import { ownerKeeps } from '../../workload/owner-keeps.ts';
import { type ObjectTarget, requestLimits, type StepContract } from './step-contract.ts';

/** An object that the release has created, by its uid: another one of the same name is somebody else's. */
export interface RemoveTarget {
  object: ObjectTarget & ObjectRef;
  uid: string;
}

export interface RemoveSeen {
  /** Null where none of that name is there. */
  uid: string | null;
  resourceVersion: string | null;
  beingDeleted: boolean;
  owner: Owner;
}

/**
 * Absent by its uid is done. A courtesy of the rollback: nothing that serves depends on it, so the run goes on without it when
 * it is refused or takes too long, and a person may leave it out.
 */
export const removeObject: StepContract<'remove-object', RemoveTarget, RemoveSeen> = {
  kind: 'remove-object',
  isDone: (step, seen) => seen.uid !== step.uid,
  refusal({ object }, { owner }) {
    const name = objectInWords(object);
    if (!isRemovableKind(object.kind))
      return { reason: `${name} is of a kind that no rollback removes.`, advice: 'Remove it by hand.' };
    const keeper = ownerKeeps(owner);
    return keeper === null
      ? null
      : { reason: `${name} belongs to ${keeper} by now.`, advice: 'Take it back there.' };
  },
  waitsFor: ({ object }, { beingDeleted }) =>
    beingDeleted ? `${objectInWords(object)} is being deleted` : null,
  inWords({ object, uid }, seen) {
    const name = objectInWords(object);
    if (seen.uid === null) return `${name} is not there`;
    if (seen.uid !== uid) return `${name} was created anew by somebody else, and is left alone`;
    return seen.beingDeleted ? `${name} is being deleted` : `${name} is still there`;
  },
  limits: { ...requestLimits, startToCloseMs: 60_000 },
  lookAgainMs: 1_000,
  leavesBehind: ({ object }) =>
    `${objectInWords(object)}, which the release created, is still there unless its timeline says otherwise. Removed, no rollback creates it again: only its own release does.`,
  usualMs: 1_000,
  looksOnly: { whenSkipped: 'What the release created stays, and goes on working.' },
  mayFail: true,
};
