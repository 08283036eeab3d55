import type { Family } from '../vendor.ts';

/** Where images are kept. */
export const registries: Family = {
  title: 'image registry',
  notation: 'named',
  byCluster: false,
  defaultKind: null,
  vendors: [],
};
