import { flags } from './flags/index.ts';
import { git } from './git/index.ts';
import { infrastructure } from './infrastructure/index.ts';
import { metrics } from './metrics/index.ts';
import { migrations } from './migrations/index.ts';
import { notifiers } from './notifiers/index.ts';
import { probe } from './probe/index.ts';
import { registries } from './registries/index.ts';
import { clusters } from './rollout/index.ts';
import { traffic } from './traffic/index.ts';

export {
  type Closable,
  type Entry,
  type Family,
  type Vendor,
  vendorOf,
} from './vendor.ts';

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
};

export type FamilyName = keyof typeof families;

/** In the order of the list. */
export const familyNames = Object.keys(families).filter(isFamilyName);

function isFamilyName(key: string): key is FamilyName {
  return Object.hasOwn(families, key);
}
