import Type from 'typebox';
import { clusterSettings } from '../../kubernetes/cluster-settings.ts';

/** Settings of the Kubernetes rollout adapter, as the configuration writes them. */
export const kubernetesSettings = Type.Object(
  {
    clusters: Type.Record(Type.String(), clusterSettings, {
      description: 'Cluster name, as service keys use it, to the way there',
    }),
    fieldManager: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        default: 'lastgood',
        description: 'Name under which the API server records who wrote a field',
      }),
    ),
  },
  { additionalProperties: false },
);

export type KubernetesSettings = Type.Static<typeof kubernetesSettings>;
