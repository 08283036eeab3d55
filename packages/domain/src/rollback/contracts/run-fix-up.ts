import { type StepContract, workLimits } from './step-contract.ts';

/** A declared piece of work on data, such as a backfill. */
export interface FixUpTarget {
  database: string;
  name: string;
  /** `sha256:...` of what was declared under the name when it was planned. */
  digest: string;
  /** For which it runs once, the deployment that is taken back: the next one that is needs it again. */
  occasion: string;
}

export interface FixUpSeen {
  /** `sha256:...` of what is declared under the name now. */
  digest: string;
  /** Its run for the occasion with the digest it ran, or the one that is under way; null when there is none. */
  last: {
    operation: string;
    digest: string;
    state: 'running' | 'complete' | 'failed';
    reason: string | null;
  } | null;
}

/** Done means: this very fix-up ran to its end. One that failed is not sent again by itself; a person resumes. */
export const runFixUp: StepContract<'run-fix-up', FixUpTarget, FixUpSeen> = {
  kind: 'run-fix-up',
  isDone: (step, { last }) => last?.state === 'complete' && last.digest === step.digest,
  refusal(step, { digest, last }, operation) {
    const name = `Fix-up ${step.name}`;
    if (last?.state === 'running' && last.operation === operation) return null;
    if (last?.state === 'running') {
      return {
        reason: `${name} is being run by ${last.operation}.`,
        advice: 'Let it end, then resume.',
      };
    }
    if (digest !== step.digest) {
      return {
        reason: `${name} was declared anew since it was planned (${digest.slice(0, 19)} instead of ${step.digest.slice(0, 19)}).`,
        advice:
          'Read what it does now and ask for the rollback again, or declare the planned one again and resume.',
      };
    }
    if (last?.state !== 'failed' || last.operation !== operation) return null;
    return {
      reason: `${name} failed: ${last.reason ?? 'it gave no reason'}.`,
      advice: 'Correct the data or the fix-up, take away its failed run, then resume.',
    };
  },
  waitsFor: (_step, { last }, operation) =>
    last?.state === 'running' && last.operation === operation ? 'running' : null,
  inWords: (step, { last }) => `${step.name}: ${last?.state ?? 'never run'}`,
  limits: workLimits(60 * 60_000),
  lookAgainMs: 2_000,
  leavesBehind: (step) =>
    `Fix-up ${step.name} may have changed part of the data of ${step.database}; running it again completes it.`,
  usualMs: 180_000,
  looksOnly: null,
  needsWritersStopped: true,
  repairs: ({ database, name }) => [`data of database ${database} by fix-up ${name}`],
  keepsRows: () => 'unknown',
};
