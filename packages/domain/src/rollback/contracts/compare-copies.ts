import { formatReading } from '../../trigger/format.ts';
import { type Copy, type CopyMeasure, type CopySeen, healthiestAdvice, sickerThan } from './copies.ts';
import { lookWithinMs, type StepContract } from './step-contract.ts';

/** The copy that the traffic should go back to, and the one that has it. */
export interface ComparedCopies {
  to: Copy;
  other: Copy;
  errors: CopyMeasure;
}

export interface ComparedSeen {
  to: CopySeen;
  other: CopySeen;
}

/**
 * Before traffic moves: the copy that it should go to is not sicker than the one that has it. A copy without traffic has no
 * errors to measure, so what is not known passes; what is known to be worse does not.
 */
export const compareCopies: StepContract<'compare-copies', ComparedCopies, ComparedSeen> = {
  kind: 'compare-copies',
  isDone: (step, seen) => sickness(step, seen) === null,
  refusal(step, seen) {
    const why = sickness(step, seen);
    if (why === null) return null;
    const { to, other } = step;
    return {
      code: 'healthiest-copy',
      reason: `${why}: no traffic is led to the sicker copy.`,
      advice: healthiestAdvice(to.name, other.name),
    };
  },
  waitsFor: () => null,
  inWords: (step, seen) => `errors: ${errorsOf(step, 'to', seen)}; ${errorsOf(step, 'other', seen)}`,
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 5 * 60_000, heartbeatMs: 30_000 },
  lookAgainMs: 1_000,
  leavesBehind: ({ other }) => `The traffic stays where it is, with ${other.name}.`,
  usualMs: 1_000,
  looksOnly: { whenSkipped: 'The traffic goes back although nobody compared how well both copies are.' },
};

function sickness({ to, other, errors }: ComparedCopies, seen: ComparedSeen): string | null {
  return sickerThan([to.name, seen.to], [other.name, seen.other], errors);
}

function errorsOf(step: ComparedCopies, side: 'to' | 'other', seen: ComparedSeen): string {
  const { errors } = seen[side];
  return `${step[side].name} ${errors ? formatReading(errors, step.errors.unit) : 'not asked'}`;
}
