import type { ServiceKey } from '../service/service.ts';
import type { IncidentService } from './incident.ts';

/** Who depends on whom, in both directions. */
export interface Neighbours {
  dependencies(key: ServiceKey): readonly ServiceKey[];
  dependents(key: ServiceKey): readonly ServiceKey[];
}

export function neighboursOf(services: readonly IncidentService[]): Neighbours {
  const known = new Map(services.map(({ key, dependencies }) => [key, dependencies]));
  const dependents = new Map<ServiceKey, ServiceKey[]>();
  for (const { key, dependencies } of services)
    for (const one of dependencies) dependents.set(one, [...(dependents.get(one) ?? []), key]);
  return {
    dependencies: (key) => known.get(key) ?? [],
    dependents: (key) => dependents.get(key) ?? [],
  };
}

/** The services around some, the nearest first, over dependencies in either direction: at most `most` of them. */
export function nearServices(
  services: readonly IncidentService[],
  around: readonly ServiceKey[],
  most: number,
): ServiceKey[] {
  const { dependencies, dependents } = neighboursOf(services);
  const found = new Set(around);
  for (const key of found) {
    for (const next of [...dependencies(key), ...dependents(key)]) {
      if (found.size >= most) return [...found];
      found.add(next);
    }
  }
  return [...found];
}
