import { Address, Content, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

export const defaultRequestTimeoutMs = 5_000;

/** How one cluster is reached, as the configuration writes it. */
export const clusterSettings = Type.Object(
  {
    kubeconfig: Type.Optional(
      Content({
        description: 'Path of a kubeconfig file, which is read again when it changes, or its content',
        writeOnly: true,
      }),
    ),
    context: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: 'Context inside the kubeconfig; its current one by default',
      }),
    ),
    tokenFile: Type.Optional(
      Address({
        description:
          'Path of a file with the bearer token, read again when it changes; instead of the token of the kubeconfig',
      }),
    ),
    inCluster: Type.Optional(
      Type.Boolean({ description: 'Use the service account of the pod Lastgood runs in' }),
    ),
    configurationKey: Type.Optional(
      Secret({
        description:
          'Base64 of 32 random bytes: what ConfigMaps and Secrets hold is kept encrypted with it (AES-256-GCM), so that it can go back with a release. Without it none of it is kept.',
        pattern: '^[A-Za-z0-9+/]{43}=$',
      }),
    ),
    requestTimeoutMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 600_000,
        default: defaultRequestTimeoutMs,
        description: 'Longest wait for one answer of the API server',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Exactly one of `kubeconfig` and `inCluster` is given; opening the cluster checks that. */
export type ClusterSettings = Type.Static<typeof clusterSettings> & { requestTimeoutMs: number };
