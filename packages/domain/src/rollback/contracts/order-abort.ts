import { type DeliverySeen, type DeliveryTarget, deliveryGone, deliveryName } from './delivery.ts';
import { type StepContract, workLimits } from './step-contract.ts';

/** The abort of a version that a delivery controller is bringing out. */
export interface AbortTarget extends DeliveryTarget {
  /** As the controller names it when it asks whether to roll back; null for one that is told. */
  checksum: string | null;
}

/**
 * The controller has given the version up and no traffic is on it. One that asks is told so while this step is at work and at no
 * other time; nothing is sent to it.
 */
export const orderAbort: StepContract<'order-abort', AbortTarget, DeliverySeen> = {
  kind: 'order-abort',
  isDone: (step, seen) =>
    seen.uid === step.uid && seen.revision === step.revision && seen.phase === 'aborted' && seen.weight === 0,
  refusal(step, seen) {
    const gone = deliveryGone(step, seen);
    if (gone) return gone;
    const name = deliveryName(step);
    if (seen.revision !== step.revision) {
      return {
        reason: `${name} is at ${seen.revision} and no longer at ${step.revision}, which was to be aborted: somebody deployed another version.`,
        advice: 'Look at the newest deployment of this service before anything else.',
      };
    }
    if (seen.phase === 'bringing-out' || seen.phase === 'aborted') return null;
    return {
      reason: `${step.controller} has promoted what was to be aborted (${seen.sentence}).`,
      advice: 'Roll back again: what is promoted goes back by its template.',
    };
  },
  waitsFor: (step, seen) =>
    seen.ordered || seen.phase === 'aborted' ? orderAbort.inWords(step, seen) : null,
  inWords: (step, { sentence, weight, checksum, phase }) =>
    checksum !== null && phase === 'bringing-out'
      ? `${step.controller} is told to roll back when it asks; ${sentence}, ${weight} % of the traffic on it`
      : `${sentence}, ${weight} % of the traffic on it`,
  limits: workLimits(5 * 60_000),
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `${step.controller} may or may not have aborted ${deliveryName(step)}; it is not told to any more. Its own screen tells what serves.`,
  usualMs: 30_000,
  looksOnly: null,
  family: 'traffic',
  goesBack: (step) => [`the traffic of ${deliveryName(step)}`],
  schema: 'needs',
};
