import type { Reading } from './reading.ts';
import type { RollbackTrigger } from './trigger.ts';

export function breaches(trigger: Pick<RollbackTrigger, 'comparison' | 'threshold'>, value: number): boolean {
  return trigger.comparison === 'greater_than' ? value > trigger.threshold : value < trigger.threshold;
}

/**
 * Whether what was read in a slot speaks for the deployment; only such slots count towards `verified`.
 *
 * - A number within the threshold does, whatever the companion of `minSamples` said: it only ever guards a breach.
 * - A number in breach never does. With too few samples, or with a companion that failed, was empty or ambiguous, the machine
 *   does not act on it; but nobody has seen the deployment healthy either.
 * - No number never does, whatever `onNoData` and `onNotANumber` make of it: a policy is what to do in the dark, not something seen.
 */
export function provesHealth(
  trigger: Pick<RollbackTrigger, 'comparison' | 'threshold'>,
  reading: Reading,
): boolean {
  return reading.kind === 'value' && !breaches(trigger, reading.value);
}
