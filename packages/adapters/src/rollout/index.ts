import type { Family } from '../family.ts';
import type { ClusterPorts } from './cluster-ports.ts';
import { joinClusters } from './join-clusters.ts';
import { kubernetes } from './kubernetes/vendor.ts';

/** Where the workloads are. An entry is one cluster, by its name. */
export const clusters: Family<ClusterPorts, ClusterPorts> = {
  title: 'cluster',
  notation: 'named',
  byCluster: false,
  defaultKind: 'kubernetes',
  watchedAs: 'cluster',
  vendors: [kubernetes],
  join: joinClusters,
};
