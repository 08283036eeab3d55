import { flags } from './flags/index.ts';
import { git } from './git/index.ts';
import { infrastructure } from './infrastructure/index.ts';
import { metrics } from './metrics/index.ts';
import { migrations } from './migrations/index.ts';
import { notifiers } from './notifiers/index.ts';
import { probe } from './probe/index.ts';
import { registries } from './registries/index.ts';
import { clusters } from './rollout/index.ts';
import { signals } from './signals/index.ts';
import { traffic } from './traffic/index.ts';

export { serving } from './dispatch.ts';
export { type Configured, type Family, openFamily, vendorOf } from './family.ts';
export type { MetricSources } from './metrics/join-sources.ts';
export { nextTurn } from './next-turn.ts';
export { allTraffic } from './traffic/all-traffic.ts';
export type { Vendor } from './vendor.ts';

/** Every family, by the key under which the configuration writes it. */
export const families = {
  metrics,
  clusters,
  notifiers,
  probe,
  flags,
  traffic,
  migrations,
  infrastructure,
  git,
  registries,
  signals,
};

export type Families = typeof families;
export type FamilyName = keyof Families;

/** In the order of the list. */
export const familyNames = Object.keys(families).filter(isFamilyName);

function isFamilyName(key: string): key is FamilyName {
  return Object.hasOwn(families, key);
}

/** Something of every family. */
export function ofEachFamily<T>(of: (key: FamilyName) => T): Record<FamilyName, T> {
  return Object.fromEntries(familyNames.map((key) => [key, of(key)])) as Record<FamilyName, T>;
}
