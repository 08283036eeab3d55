import type { ServicePolicy } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { Watchable } from './eligibility.ts';
import { isStanding } from './read-pace.ts';

/** Whether what fires of a deployment is only suggested to be taken back, because its watch is over. */
export function onlySuggests(
  deployment: Watchable,
  { afterWatch }: Pick<ServicePolicy, 'afterWatch'>,
): boolean {
  return afterWatch !== 'roll_back' && isStanding(deployment);
}

/** A trigger as it acts for this deployment, for words about what follows. */
export function asItActs(
  trigger: RollbackTrigger,
  deployment: Watchable,
  policy: Pick<ServicePolicy, 'afterWatch'>,
): RollbackTrigger {
  return trigger.severity === 'auto_rollback' && onlySuggests(deployment, policy)
    ? { ...trigger, severity: 'page_and_suggest' }
    : trigger;
}
