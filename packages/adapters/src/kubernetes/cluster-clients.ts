import { createBreaker } from '../breaker.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type ApiStream, createApiStream } from './api-stream.ts';
import { openCluster } from './cluster-access.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { guardClient } from './guarded-client.ts';
import { withSecondLook } from './second-look.ts';

/** A client for every configured cluster. */
export interface ClusterClients {
  names(): string[];
  /** Of a cluster that no configuration names: one that answers so, now and later. */
  of(cluster: string): ApiClient;
  /** For answers that go on and on; undefined for a cluster that no configuration names. */
  streamOf(cluster: string): ApiStream | undefined;
}

/**
 * Throws when a kubeconfig cannot be read. `now` is for what an API server says about time. Each cluster has connections and
 * a breaker of its own: one that never answers keeps nobody waiting for another.
 */
export function openClusters(
  clusters: Readonly<Record<string, ClusterSettings>>,
  now: () => number,
): ClusterClients {
  const clients = new Map(
    Object.entries(clusters).map(([name, settings]) => {
      const access = openCluster(name, settings, now);
      const api = withSecondLook(createApiClient(access, settings.requestTimeoutMs, now), now);
      return [
        name,
        { api: guardClient(api, createBreaker(Date.now)), stream: createApiStream(access, now) },
      ] as const;
    }),
  );
  const names = () => [...clients.keys()];
  return {
    names,
    of: (cluster) => clients.get(cluster)?.api ?? unknownCluster(cluster, names()),
    streamOf: (cluster) => clients.get(cluster)?.stream,
  };
}

function unknownCluster(name: string, known: readonly string[]): ApiClient {
  const reason = `no cluster named ${name} is configured; known are ${known.join(', ') || 'none'}`;
  return async () => ({ kind: 'not-sent', reason, forGood: true });
}
