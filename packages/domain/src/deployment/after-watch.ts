import type { ServicePolicy } from '../service/service.ts';
import type { Watchable } from './eligibility.ts';
import { isStanding } from './read-pace.ts';

/** Whether what fires of a deployment is only suggested to be taken back, because its watch is over. */
export function onlySuggests(
  deployment: Watchable,
  { afterWatch }: Pick<ServicePolicy, 'afterWatch'>,
): boolean {
  return afterWatch !== 'roll_back' && isStanding(deployment);
}
