import type { Migrations } from '@lastgood/domain/ports/migrations';
import type { Entry, Family, Vendor } from '../vendor.ts';

/** What moves schemas. */
export const migrations: Family<Vendor<Entry, Migrations>> = {
  title: 'migration tool',
  notation: 'named',
  byCluster: false,
  defaultKind: null,
  vendors: [],
};
