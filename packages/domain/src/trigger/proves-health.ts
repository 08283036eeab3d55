import type { Reading } from './reading.ts';
import type { TriggerFrame } from './trigger-frame.ts';

export function breaches(trigger: Pick<TriggerFrame, 'comparison' | 'threshold'>, value: number): boolean {
  return trigger.comparison === 'greater_than' ? value > trigger.threshold : value < trigger.threshold;
}

/**
 * Whether what was read in a slot speaks for the deployment; only such slots count towards `verified`.
 *
 * - A number within the threshold does, where the companion of `minSamples`, if there is one, answered a number too: of however
 *   many samples, since few are no breach. A companion that failed, was empty or ambiguous leaves the trigger unable to say breach,
 *   and what cannot say breach proves nothing by not saying it.
 * - A number in breach never does. With too few samples the machine does not act on it; but nobody has seen the deployment
 *   healthy either.
 * - No number never does, whatever `onNoData` and `onNotANumber` make of it: a policy is what to do in the dark, not something seen.
 *
 * @param samples the companion reading of `minSamples`; null without one
 */
export function provesHealth(
  trigger: Pick<TriggerFrame, 'comparison' | 'threshold' | 'minSamples'>,
  reading: Reading,
  samples: Reading | null,
): boolean {
  if (reading.kind !== 'value' || breaches(trigger, reading.value)) return false;
  return !trigger.minSamples || samples?.kind === 'value';
}
