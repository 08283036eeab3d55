import type { Configured, FamilyName } from '@lastgood/adapters';
import type { WorldAddresses } from '@lastgood/sandbox/world/index';
import type { ServiceInput } from '../../declaration/service-input-schema.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { cascade } from './cascade.ts';
import { flag } from './flag.ts';
import { progressive } from './progressive.ts';
import type { ServedRelease, ShownWay } from './shown-way.ts';

/** The list, by the names of the sandbox's scenarios; one that is only rolling services has no line. */
const shownWays: Readonly<Record<string, ShownWay>> = {
  'blue-green': blueGreen,
  canary,
  progressive,
  flag,
  cascade,
};

/** What the team of a service declares beside what every service of the shop does. */
export function declaredOf(service: string): Partial<ServiceInput> {
  return Object.assign({}, ...Object.values(shownWays).map(({ declares }) => declares?.[service]));
}

/** What its pipeline had registered with the release that serves at the first look. */
export function servedOf(service: string): ServedRelease {
  return Object.assign({}, ...Object.values(shownWays).map(({ served }) => served?.[service]));
}

/** What the configuration needs for everything that stands beside the cluster. */
export function configuredFor(shows: WorldAddresses['shows']): [FamilyName, Configured[]][] {
  return Object.entries(shows).flatMap(
    ([name, addresses]) =>
      Object.entries(shownWays[name]?.configures?.(addresses) ?? {}) as [FamilyName, Configured[]][],
  );
}
