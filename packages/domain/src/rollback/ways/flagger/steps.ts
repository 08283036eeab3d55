import { formatSpan } from '../../../trigger/format.ts';
import { deliveryName } from '../../contracts/delivery.ts';
import type { Refusal } from '../../refusal.ts';
import type { Delivering } from '../delivery-facts.ts';
import { abortStep, analysisStep, promotionStep } from '../delivery-steps.ts';
import { settingSteps } from '../rolling/steps.ts';
import { warningsFor } from '../rolling/warnings.ts';
import type { RollbackContext, WayStep } from '../way.ts';

/** Flagger does not ask for a canary that never becomes ready: its own deadline, 10 minutes unless set, ends that. */
const deadlineMs = 15 * 60_000;

/**
 * Of a template that it has promoted last, Flagger makes no canary: after an abort, or before it has noticed a new one, setting it
 * back is all. Any other one it would analyse, so for that the analysis is set aside.
 */
export function canarySteps(one: Delivering, context: RollbackContext): WayStep[] {
  const { ready } = isPromoted(one) ? asPromoted(one) : one;
  const setting = settingSteps(ready, context, one.seen.phase !== 'bringing-out');
  const { skipsAnalysis } = one.seen;
  const abort = mustAbort(one) ? [abortStep(one, deadlineMs)] : [];
  if (isPromoted(one)) return [...abort, ...setting];
  const isAside = skipsAnalysis === true;
  return [
    ...abort,
    ...(isAside ? [] : [analysisStep(one, true, false)]),
    ...setting,
    promotionStep(one, context),
    ...(isAside ? [] : [analysisStep(one, skipsAnalysis, false)]),
  ];
}

/** The target is what it has promoted last: what stable pods run, or what stands there untouched. */
function isPromoted({ seen, ready, isThere }: Delivering): boolean {
  if (isThere) return seen.phase !== 'bringing-out';
  const { stableImages } = seen;
  return stableImages !== null && sameImages(stableImages, ready.recorded.images);
}

/** As it was promoted, by its tags: named by digest, it would be another template and be analysed. */
function asPromoted(one: Delivering): Delivering {
  const { ready } = one;
  return one.isThere ? one : { ...one, ready: { ...ready, to: ready.recorded, rehearsal: null } };
}

function mustAbort({ seen, isThere }: Delivering): boolean {
  return seen.phase === 'bringing-out' && !isThere;
}

function sameImages(some: Record<string, string>, others: Record<string, string>): boolean {
  return [...Object.keys(some), ...Object.keys(others)].every((name) => some[name] === others[name]);
}

export function canaryRefusals(one: Delivering): Refusal[] {
  const { delivery, seen } = one;
  if (!mustAbort(one) || seen.asksUs) return [];
  const { cluster, namespace, name } = delivery.object;
  return [
    {
      code: 'flagger-does-not-ask',
      reason: `Canary ${namespace}/${name} is in its analysis, and Flagger does not ask Lastgood whether to roll back.`,
      advice: `Add to its analysis a webhook of type rollback with the address /api/v1/flagger/${cluster}/rollback of Lastgood; or roll back again when the analysis has ended.`,
    },
  ];
}

export function canaryWarnings(one: Delivering): string[] {
  const { ready, delivery, seen } = one;
  const name = deliveryName(delivery);
  const warnings = warningsFor(ready);
  const every = formatSpan(seen.lookEveryMs);
  if (mustAbort(one))
    warnings.push(
      `${name} is in its analysis (${seen.sentence}): Flagger asks every ${every} whether to roll back; for pods that never become ready it does not ask, and its own deadline ends them.`,
    );
  if (!isPromoted(one))
    warnings.push(
      `The target of ${name} gets all traffic without analysis; Flagger looks every ${every}. If the run stops on the way, spec.skipAnalysis may still be set.`,
    );
  return warnings;
}
