import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { Entry, Family, Vendor } from '../vendor.ts';
import { kubernetes } from './kubernetes/vendor.ts';

/** Where the workloads are. One adapter carries all clusters of a kind. */
export const clusters: Family<Vendor<readonly Entry[], { rollout: Rollout; workloads: Workloads }>> & {
  defaultKind: string;
} = {
  title: 'cluster',
  notation: 'named',
  byCluster: false,
  defaultKind: 'kubernetes',
  vendors: [kubernetes],
};
