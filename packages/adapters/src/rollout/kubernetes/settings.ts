import type { ClusterSettings } from '../../kubernetes/cluster-settings.ts';

/** What the adapter is made of. */
export interface KubernetesSettings {
  /** Cluster name, as service keys use it, to the way there. */
  clusters: Record<string, ClusterSettings>;
  /** Name under which the API server records who wrote a field; default `lastgood`. */
  fieldManager?: string;
}
