import { dependencyGroups } from './dependency-groups.ts';
import { deployGroups } from './deploy-groups.ts';
import { isFailing } from './group-members.ts';
import { isBlinded, outageGroups } from './outage-groups.ts';
import type { FailingGroup } from './standing.ts';
import type { StandingService } from './standing-service.ts';

/*
 * What fails together and why, likeliest cause first; a service is in one group.
 *
 * - A cluster or a metric source that does not answer: nothing can be seen of its services, and no breach goes on counting.
 * - A dependency of all, direct or through others, that fails itself or was deployed shortly before the first of them began to.
 * - A deploy at the same moment, after which each of them began to fail.
 */
export function failingGroups(services: readonly StandingService[]): FailingGroup[] {
  const outages = outageGroups(services);
  const taken = new Set(outages.flatMap((group) => group.services));
  const isFree = ({ known }: StandingService) => !taken.has(known.service.key);
  const left = services.filter((one) => isFailing(one) && !isBlinded(one) && isFree(one));
  const shared = dependencyGroups(left, services);
  for (const group of shared) for (const key of group.services) taken.add(key);
  return [
    ...outages,
    ...shared,
    ...deployGroups(left.filter((one) => isFree(one) && one.standing.state !== 'rolling_back')),
  ];
}
