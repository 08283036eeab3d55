import type { Git } from '@lastgood/domain/ports/git';
import type { Entry, Family, Vendor } from '../vendor.ts';

/** Where commits are undone. */
export const git: Family<Vendor<Entry, Git>> = {
  title: 'Git host',
  notation: 'named',
  byCluster: false,
  defaultKind: null,
  vendors: [],
};
