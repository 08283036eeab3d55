import type { Infrastructure } from '@lastgood/domain/ports/infrastructure';
import type { Entry, Family, Vendor } from '../vendor.ts';

/** What applies recorded configurations to stacks. */
export const infrastructure: Family<Vendor<Entry, Infrastructure>> = {
  title: 'infrastructure tool',
  notation: 'named',
  byCluster: false,
  defaultKind: null,
  vendors: [],
};
