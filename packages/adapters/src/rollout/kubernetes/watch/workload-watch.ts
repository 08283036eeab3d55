import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { ClusterClients } from '../../../kubernetes/cluster-clients.ts';
import { type WatchPace, watchPace } from '../../../kubernetes/watch/watch-pace.ts';
import type { Closable } from '../../../vendor.ts';
import { type ClusterWatch, createClusterWatch } from './cluster-watch.ts';

/** Watches the workloads of the configured clusters. Asks nothing before something is to be followed. */
export function createWorkloadWatch(
  clients: ClusterClients,
  now: () => number,
  pace: WatchPace = watchPace,
): Closable<WorkloadWatch> {
  const listeners = new Set<(workloads: readonly WorkloadTarget[]) => void>();
  const clusters = new Map<string, ClusterWatch>();
  for (const cluster of clients.names()) {
    const [api, stream] = [clients.of(cluster), clients.streamOf(cluster)];
    if (!stream) continue;
    const onChange = (workloads: readonly WorkloadTarget[]) => {
      for (const listener of listeners) listener(workloads);
    };
    clusters.set(
      cluster,
      createClusterWatch({ ...{ cluster, api, stream, pace, now, onChange }, random: Math.random }),
    );
  }
  return {
    follow(workloads) {
      const byCluster = Map.groupBy(workloads, ({ cluster }) => cluster);
      for (const [cluster, watch] of clusters) watch.follow(byCluster.get(cluster) ?? []);
    },
    observe: (workload) =>
      clusters.get(workload.cluster)?.observe(workload) ?? {
        kind: 'unreachable',
        reason: `no cluster named ${workload.cluster} is configured`,
      },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    states: () => [...clusters.values()].map((watch) => watch.state()),
    async close() {
      await Promise.all([...clusters.values()].map((watch) => watch.close()));
    },
  };
}
