/** How one cluster is reached. Exactly one of `kubeconfig` and `inCluster` is given. */
export interface ClusterSettings {
  /** Path of a kubeconfig file, or its content. */
  kubeconfig?: string;
  /** Context inside the kubeconfig; its current one when left out. */
  context?: string;
  /** Use the service account of the pod this runs in. */
  inCluster?: boolean;
  /** Longest wait for one answer of the API server, in milliseconds. */
  requestTimeoutMs: number;
}

/** Settings of the Kubernetes rollout adapter. */
export interface KubernetesSettings {
  /** Cluster name, as service keys use it, to the way there. */
  clusters: Record<string, ClusterSettings>;
  /** Name under which the API server records who wrote a field. Default `lastgood`. */
  fieldManager?: string;
}

/** Default of `requestTimeoutMs` for the config loader. */
export const defaultRequestTimeoutMs = 5_000;
