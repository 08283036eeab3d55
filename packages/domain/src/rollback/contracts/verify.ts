import type { CheckState } from '../../verification/check.ts';
import type { TriggerCheck } from '../../verification/checks/trigger.ts';
import { verdictOf } from '../../verification/verdict.ts';
import { lookWithinMs, type StepContract } from './step-contract.ts';

/** What a verification asks beside what the service declares and what serves. */
export interface ProofTarget {
  /** What had fired, as it was declared when the rollback was decided on. Absent in plans that were made without. */
  triggers?: TriggerCheck[];
}

/** Every check has passed. It changes nothing; what it has seen so far is kept with the run. */
export const verify: StepContract<'verify', ProofTarget, readonly CheckState[]> = {
  kind: 'verify',
  isDone: (_step, checks) => verdictOf(checks).kind === 'applied',
  refusal(_step, checks) {
    const verdict = verdictOf(checks);
    return verdict.kind === 'failed' ? { reason: verdict.reason, advice: verdict.advice } : null;
  },
  waitsFor(_step, checks) {
    const verdict = verdictOf(checks);
    return verdict.kind === 'waiting' ? verdict.note : null;
  },
  inWords: (_step, checks) =>
    `${checks.filter((check) => check.verdict === 'passed').length} of ${checks.length} checks passed`,
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 15 * 60_000, heartbeatMs: 60_000 },
  lookAgainMs: 1_000,
  leavesBehind: (_step, target) => `The service runs ${target}; nothing proves that it works.`,
  usualMs: 30_000,
  looksOnly: {
    whenSkipped:
      'Every change stays made, but nothing proves that it works: the rollback ends as stopped, not as verified. Resume verifies later.',
  },
  isProof: true,
  checks: ({ triggers = [] }) => triggers,
};
