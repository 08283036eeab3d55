import { releaseName } from '../../deployment/release-words.ts';
import { deliveryName } from '../contracts/delivery.ts';
import type { Delivering } from './delivery-facts.ts';
import { storedTemplate } from './rolling/stored-template.ts';
import type { RollbackContext, WayStep } from './way.ts';

const minuteMs = 60_000;

/** What a controller takes to notice and to act, beside the time of its own work, in milliseconds. */
const slackOf = ({ seen }: Delivering) => 4 * seen.lookEveryMs;

/** @param leastMs how long the controller's own deadline may take */
export function abortStep(one: Delivering, leastMs = 5 * minuteMs): WayStep {
  const { delivery, seen } = one;
  const { revision, checksum } = seen;
  return {
    phase: 'traffic',
    step: { kind: 'order-abort', ...delivery, revision, checksum },
    title: `Have ${delivery.controller} abort ${deliveryName(delivery)}, so that the stable version gets all traffic`,
    limits: { startToCloseMs: Math.max(leastMs, slackOf(one)) },
  };
}

/**
 * @param skip null: as if nothing had been written about it
 * @param afterTemplate said of the target alone, once that is set
 */
export function analysisStep(
  { delivery, seen, isThere, ready }: Delivering,
  skip: boolean | null,
  afterTemplate: boolean,
): WayStep {
  const { workload, to } = ready;
  const target = { workload, imageDigests: to.imageDigests, ...storedTemplate(ready, to) };
  const name = deliveryName(delivery);
  return {
    phase: 'code',
    step: {
      ...{ kind: 'skip-analysis', ...delivery, revision: isThere ? '' : seen.revision, skip, afterTemplate },
      ...(afterTemplate ? { target } : {}),
    },
    title: skip
      ? `Have ${delivery.controller} promote the target of ${name} at once, without its steps and analysis`
      : `Have ${delivery.controller} analyse what ${name} brings out from now on, as before`,
  };
}

export function promotionStep(one: Delivering, { service, target }: RollbackContext): WayStep {
  const { delivery, seen, isThere } = one;
  return {
    phase: 'code',
    step: { kind: 'wait-for-promotion', ...delivery, revision: isThere ? '' : seen.revision },
    title: `Wait until ${delivery.controller} has promoted ${releaseName(target)} in ${deliveryName(delivery)}`,
    limits: { startToCloseMs: service.policy.stableTimeoutMs + slackOf(one) },
  };
}
