import { setWeight, type WeightSeen, type WeightTarget, weightsInWords } from './set-weight.ts';
import {
  asBefore,
  asWeights,
  fullStage,
  isDead,
  notEnough,
  positionOf,
  routeWithRule,
  type StagedTarget,
  stagedRecord,
  stageOf,
  strayed,
  trafficBack,
} from './staged-traffic.ts';
import { requestLimits, type StepContract } from './step-contract.ts';

/**
 * The copy gets at least the share of this stage, once enough of it is ready for that. Where it dies meanwhile, what it has got
 * is led back.
 */
export const reachStage: StepContract<'reach-stage', StagedTarget, WeightSeen> = {
  kind: 'reach-stage',
  isDone(step, seen) {
    const at = positionOf(step, seen.weights) ?? -1;
    if (seen.uid !== step.uid || at < step.stage) return false;
    return setWeight.isDone(asWeights(step, at, seen.weights), seen);
  },
  refusal(step, seen) {
    const off = strayed(step, seen, step.stage - 1, isDead(step, seen));
    // Too few endpoints are waited for, where a step that sets weights at once refuses.
    const asReady = { ...seen, ready: { ...seen.ready, [step.to.name]: 1 } };
    return off ?? setWeight.refusal(asWeights(step, goal(step, seen), seen.weights), asReady, '');
  },
  blockedBy: (step, seen) =>
    isTaken(step, seen) || diesHalfWay(step, seen) ? null : notEnough(step, seen, step.stage),
  waitsFor: (step, seen) =>
    isTaken(step, seen)
      ? setWeight.waitsFor(asWeights(step, goal(step, seen), seen.weights), seen, '')
      : null,
  inWords: (_step, { weights }) => weightsInWords(weights),
  limits: { ...requestLimits, startToCloseMs: 10 * 60_000 },
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `${routeWithRule(step)} splits traffic ${weightsInWords(step.stage === 0 ? step.before : stageOf(step, step.stage - 1))} or already ${weightsInWords(stageOf(step))}; the screen of the route tells which.`,
  usualMs: 5_000,
  looksOnly: null,
  family: 'traffic',
  schema: 'needs',
  goesBack: trafficBack,
  record: (step) => stagedRecord(step),
};

/** Which weights are to be written now. */
export function weightsToReach(step: StagedTarget, seen: WeightSeen): WeightTarget {
  return diesHalfWay(step, seen) ? asBefore(step, seen.weights) : asWeights(step, step.stage, seen.weights);
}

/** Who is further on already stays there. */
function goal(step: StagedTarget, seen: WeightSeen): number {
  return Math.min(fullStage(step), Math.max(step.stage, positionOf(step, seen.weights) ?? -1));
}

function isTaken(step: StagedTarget, seen: WeightSeen): boolean {
  return (positionOf(step, seen.weights) ?? -1) >= step.stage;
}

/** It has got a share by an earlier stage, and nothing of it answers any more. */
function diesHalfWay(step: StagedTarget, seen: WeightSeen): boolean {
  return step.stage > 0 && isDead(step, seen) !== null;
}
