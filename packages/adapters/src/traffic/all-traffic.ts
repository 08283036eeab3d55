import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { ClusterTraffic } from '../rollout/cluster-ports.ts';
import { joinTraffic } from './join-traffic.ts';

/**
 * All that splits and switches traffic behind one port: what names an object of a kind by which clusters do it themselves is
 * set at the cluster, everything else at the router that is configured for the cluster.
 */
export function allTraffic(
  ofClusters: ClusterTraffic | undefined,
  routers: Traffic | undefined,
): Traffic | undefined {
  if (!ofClusters || !routers) return ofClusters?.port ?? routers;
  const { kinds, port } = ofClusters;
  return joinTraffic(
    (kind) => ({ made: kinds.includes(kind) ? port : routers }),
    ({ kind }) => kind,
  );
}
