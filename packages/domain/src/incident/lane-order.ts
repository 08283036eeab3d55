import type { ServiceKey } from '../service/service.ts';
import type { IncidentService } from './incident.ts';

/**
 * These services so that what each depends on comes before it, also through services that are not among them. Those that nothing
 * orders, as the members of a circle among themselves, stand by their names.
 */
export function laneOrder(
  members: ReadonlySet<ServiceKey>,
  services: readonly IncidentService[],
): ServiceKey[] {
  const needed = new Map(services.map(({ key, dependencies }) => [key, dependencies]));
  const reached = new Map([...members].map((key) => [key, reachedFrom(key, needed)]));
  const reaches = (a: ServiceKey, b: ServiceKey): boolean => reached.get(a)?.has(b) ?? false;
  const left = [...members].sort();
  const order: ServiceKey[] = [];
  while (left.length > 0) {
    const isFree = (key: ServiceKey) => !left.some((other) => reaches(key, other) && !reaches(other, key));
    order.push(...left.splice(left.findIndex(isFree), 1));
  }
  return order;
}

function reachedFrom(
  key: ServiceKey,
  needed: ReadonlyMap<ServiceKey, readonly ServiceKey[]>,
): Set<ServiceKey> {
  const found = new Set(needed.get(key) ?? []);
  for (const one of found) for (const next of needed.get(one) ?? []) found.add(next);
  return found;
}
