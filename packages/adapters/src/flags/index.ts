import type { Flags } from '@lastgood/domain/ports/flags';
import type { Entry, Family, Vendor } from '../vendor.ts';

/** Where feature flags are set. */
export const flags: Family<Vendor<Entry, Flags>> = {
  title: 'flag provider',
  notation: 'named',
  byCluster: false,
  defaultKind: null,
  vendors: [],
};
