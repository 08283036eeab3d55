import type { AppliedFields, WorkloadTarget } from '../../workload/workload.ts';
import { followStored } from './follow-stored.ts';
import { lookWithinMs, replaced, type StepContract } from './step-contract.ts';

/** Who is to own the template's fields again. */
export interface OwnershipTarget {
  workload: WorkloadTarget;
  uid: string;
  /** Of the template that was set; with another one in its place the owners are others, too. */
  templateDigest: string;
  /** As they were when the target was recorded. */
  managers: AppliedFields[];
}

export interface OwnershipSeen {
  uid: string;
  templateDigest: string;
  /** Lastgood owns nothing of the template. */
  isGivenBack: boolean;
  /** Who applies the workload now. */
  appliers: string[];
  /** The outside's own name of this very state; only the one who made it reads it. */
  fence: object;
}

const secondMs = 1_000;

/**
 * Whoever applies the workload server-side owns again what it owned at the target, so that its next apply goes in as written:
 * neither refused by what Lastgood has set, nor leaving behind what only the target had. What serves is not touched.
 */
export const giveBackOwnership: StepContract<'give-back-ownership', OwnershipTarget, OwnershipSeen> = {
  kind: 'give-back-ownership',
  isDone: (step, seen) => seen.uid === step.uid && seen.isGivenBack,
  refusal(step, seen) {
    const { kind, namespace, name } = step.workload;
    const called = `${kind} ${namespace}/${name}`;
    if (seen.uid !== step.uid) return replaced(called);
    const advice = 'Let the pipeline apply once by force, and look at what stays behind.';
    if (seen.templateDigest !== step.templateDigest)
      return { reason: `somebody has put another version on ${called} in place of the target`, advice };
    if (step.managers.some(({ manager }) => seen.appliers.includes(manager))) return null;
    return { reason: `${names(step)} applies ${called} no more`, advice };
  },
  waitsFor: () => null,
  inWords: (step, { isGivenBack }) =>
    isGivenBack
      ? `${names(step)} owns again what it applies`
      : `Lastgood owns fields that ${names(step)} applies`,
  follow: followStored,
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 30 * secondMs, heartbeatMs: 15 * secondMs },
  lookAgainMs: secondMs,
  leavesBehind: (step) =>
    `Lastgood owns fields that ${names(step)} applies: its next server-side apply conflicts until it is forced once.`,
  usualMs: secondMs,
  looksOnly: {
    whenSkipped:
      'The next server-side apply of the pipeline conflicts with Lastgood until it is forced once.',
  },
  mayFail: true,
};

function names({ managers }: OwnershipTarget): string {
  return managers.map(({ manager }) => manager).join(', ');
}
