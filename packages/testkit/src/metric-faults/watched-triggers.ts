import { defaultTriggerSet, type RollbackTrigger } from '@lastgood/domain';
import { aTrigger, minute } from '../scenario/builders.ts';

/** By which services are watched here: three that are shipped, and one that breaches by too little. */
export const watchedTriggers = ['high_error_rate', 'crash_loop', 'slo_burn_rate', 'low_traffic'] as const;

export type WatchedTrigger = (typeof watchedTriggers)[number];

const lowTraffic = aTrigger({
  name: 'low_traffic',
  query: 'sum(rate(http_requests_total{service="$SERVICE"}[2m]))',
  threshold: 5,
  comparison: 'less_than',
  forMs: minute,
  unit: 'requests/s',
});

/** As they are shipped. */
export function definitionOf(name: WatchedTrigger): RollbackTrigger {
  const found = [...defaultTriggerSet.triggers, lowTraffic].find((trigger) => trigger.name === name);
  if (!found) throw new Error(`${name} is not shipped any more`);
  return found;
}
