import { type ApiClient, createApiClient } from './api-client.ts';
import { openCluster } from './cluster-access.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { withSecondLook } from './second-look.ts';

/** A client for every configured cluster. */
export interface ClusterClients {
  names(): string[];
  /** Of a cluster that no configuration names: one that answers so, now and later. */
  of(cluster: string): ApiClient;
}

/** Throws when a kubeconfig cannot be read. `now` is for what an API server says about time. */
export function openClusters(
  clusters: Readonly<Record<string, ClusterSettings>>,
  now: () => number,
): ClusterClients {
  const clients = new Map<string, ApiClient>(
    Object.entries(clusters).map(([name, settings]) => [
      name,
      withSecondLook(createApiClient(openCluster(name, settings, now), settings.requestTimeoutMs, now), now),
    ]),
  );
  const names = () => [...clients.keys()];
  return { names, of: (cluster) => clients.get(cluster) ?? unknownCluster(cluster, names()) };
}

function unknownCluster(name: string, known: readonly string[]): ApiClient {
  const reason = `no cluster named ${name} is configured; known are ${known.join(', ') || 'none'}`;
  return async () => ({ kind: 'not-sent', reason, forGood: true });
}
