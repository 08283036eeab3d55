import { type DeliverySeen, type DeliveryTarget, deliveryGone, deliveryName } from './delivery.ts';
import { lookWithinMs, type StepContract } from './step-contract.ts';

/** The delivery controller has left the version that is taken back, and says that all traffic is on the next one and well. */
export const waitForPromotion: StepContract<'wait-for-promotion', DeliveryTarget, DeliverySeen> = {
  kind: 'wait-for-promotion',
  isDone: (step, seen) =>
    seen.uid === step.uid && hasLeft(step, seen) && seen.phase === 'promoted' && seen.healthy,
  refusal(step, seen) {
    const gone = deliveryGone(step, seen);
    if (gone || !hasLeft(step, seen) || seen.phase !== 'aborted') return gone;
    return {
      reason: `${step.controller} has given up the target, too (${seen.sentence}).`,
      advice: `Look in ${step.controller} why; then choose another release to return to.`,
    };
  },
  waitsFor: (step, seen) => waitForPromotion.inWords(step, seen),
  inWords: (step, seen) =>
    hasLeft(step, seen)
      ? `${seen.sentence}, ${seen.weight} % of the traffic on the target`
      : `${step.controller} has not seen the target yet; ${seen.sentence}`,
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 15 * 60_000, heartbeatMs: 30_000 },
  lookAgainMs: 1_000,
  leavesBehind: (step, target) =>
    `${deliveryName(step)} is set to ${target}, but ${step.controller} has not promoted it; both versions may serve.`,
  usualMs: 150_000,
  looksOnly: {
    whenSkipped:
      'The next steps begin although the controller may not have promoted the target; verification follows.',
  },
};

function hasLeft(step: DeliveryTarget, seen: DeliverySeen): boolean {
  return seen.observed && seen.revision !== step.revision;
}
