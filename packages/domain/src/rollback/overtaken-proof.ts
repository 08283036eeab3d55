import { releaseName, releaseSubject } from '../deployment/release-words.ts';
import { isSeenAgain, overtakingDeployment } from './overtaking.ts';
import type { RunContext } from './rollback-deployment.ts';
import type { StepOutcome } from './run.ts';

type Failed = Extract<StepOutcome, { kind: 'failed' }>;

/** By which it is known that a proof failed for what came after, and not for what it went back to. */
export const overtakenCode = 'overtaken';

/**
 * Why nothing is proven any more of what a run went back to: a newer release is known, and what is measured from then on may be of that
 * one. Neither a pass nor a failure then speaks of the target. Null where nothing newer is known.
 *
 * @param newest what has come of the service since, as its records say while the proof is made
 */
export function overtakenProof({
  deployment,
  target,
  newest,
}: Pick<RunContext, 'deployment' | 'target' | 'newest'>): Failed | null {
  // The run's own.
  if (!newest || newest.origin === 'rollback') return null;
  // What it takes back, seen as its registration was written. Whether that serves again is asked of the pods.
  if (isSeenAgain(deployment, newest)) return null;
  const by = overtakingDeployment([{ takesBack: deployment, target, newest }]);
  if (by?.kind !== 'deployment') return null;
  return {
    kind: 'failed',
    code: overtakenCode,
    reason: `${releaseSubject(newest)} was ${by.came} before the rollback was verified: what is measured from then on may be of that one.`,
    advice: `${releaseSubject(newest)} is followed and judged by itself: roll ${releaseName(newest)} back if it does harm.`,
    isUnproven: true,
  };
}
