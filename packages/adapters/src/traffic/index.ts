import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { Entry, Family, Vendor } from '../vendor.ts';

/** What splits and switches traffic. */
export const traffic: Family<Vendor<Entry, Traffic>> = {
  title: 'traffic router',
  notation: 'named',
  byCluster: true,
  defaultKind: null,
  vendors: [],
};
