import { deliveryName } from '../../contracts/delivery.ts';
import type { Delivering } from '../delivery-facts.ts';
import { abortStep, analysisStep, promotionStep } from '../delivery-steps.ts';
import { servingStep, settingSteps } from '../rolling/steps.ts';
import { warningsFor } from '../rolling/warnings.ts';
import type { RollbackContext, WayStep } from '../way.ts';

/**
 * It forgets `promoteFull` with every new template, so the steps are skipped after it saw the target. A target that is the
 * stable version is promoted by itself, and then nothing is sent.
 */
export function rolloutSteps(one: Delivering, context: RollbackContext): WayStep[] {
  const isDelivered = one.seen.phase !== 'bringing-out';
  const setting = settingSteps(one.ready, context, isDelivered);
  // What a Deployment lends its template to has pods of its own.
  const own = one.ready.workload.kind === 'Rollout' ? [servingStep(one.ready, context, isDelivered)] : [];
  const abort = one.seen.phase === 'bringing-out' && !one.isThere ? [abortStep(one)] : [];
  return [...abort, ...setting, analysisStep(one, true, true), promotionStep(one, context), ...own];
}

export function rolloutWarnings(one: Delivering): string[] {
  const { ready, delivery, seen, isThere } = one;
  const name = deliveryName(delivery);
  const warnings = warningsFor(ready);
  if (seen.phase === 'bringing-out' && !isThere)
    warnings.push(
      `${name} is in the midst of a rollout (${seen.sentence}): Argo Rollouts shows it as Degraded once it is aborted, until the target's template is back.`,
    );
  else if (!isThere)
    warnings.push(`${name} has promoted what is taken back: the target gets all traffic without its steps.`);
  return warnings;
}
