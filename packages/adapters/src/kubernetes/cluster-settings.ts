import Type from 'typebox';

/** How one cluster is reached. Exactly one of `kubeconfig` and `inCluster` is given; opening the cluster checks that. */
export const clusterSettings = Type.Object(
  {
    kubeconfig: Type.Optional(
      Type.String({ minLength: 1, description: 'Path of a kubeconfig file, or its content' }),
    ),
    context: Type.Optional(
      Type.String({ minLength: 1, description: 'Context inside the kubeconfig; its current one by default' }),
    ),
    inCluster: Type.Optional(
      Type.Boolean({ description: 'Use the service account of the pod Lastgood runs in' }),
    ),
    requestTimeoutMs: Type.Integer({
      minimum: 100,
      default: 5_000,
      description: 'Longest wait for one answer of the API server',
    }),
  },
  { additionalProperties: false },
);

export type ClusterSettings = Type.Static<typeof clusterSettings>;
