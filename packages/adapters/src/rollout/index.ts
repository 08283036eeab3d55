import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { Entry, Family, Vendor } from '../vendor.ts';
import { kubernetes } from './kubernetes/vendor.ts';

/** Where the workloads are. One rollout carries all clusters of a kind. */
export const clusters: Family<Vendor<readonly Entry[], Rollout>> & { defaultKind: string } = {
  title: 'cluster',
  notation: 'named',
  byCluster: false,
  defaultKind: 'kubernetes',
  vendors: [kubernetes],
};
