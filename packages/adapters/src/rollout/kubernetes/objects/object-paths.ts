import type { RemovableKind } from '@lastgood/domain/workload/cluster-object';

/** Where objects of each kind that may be removed are served: group, version, plural. */
const served = {
  ConfigMap: ['', 'v1', 'configmaps'],
  Service: ['', 'v1', 'services'],
  Job: ['batch', 'v1', 'jobs'],
  CronJob: ['batch', 'v1', 'cronjobs'],
  HorizontalPodAutoscaler: ['autoscaling', 'v2', 'horizontalpodautoscalers'],
  PodDisruptionBudget: ['policy', 'v1', 'poddisruptionbudgets'],
  Ingress: ['networking.k8s.io', 'v1', 'ingresses'],
  HTTPRoute: ['gateway.networking.k8s.io', 'v1', 'httproutes'],
  Deployment: ['apps', 'v1', 'deployments'],
  StatefulSet: ['apps', 'v1', 'statefulsets'],
  DaemonSet: ['apps', 'v1', 'daemonsets'],
} as const satisfies Record<RemovableKind, readonly [string, string, string]>;

export function objectsPath(kind: RemovableKind, namespace: string): string {
  const [group, version, plural] = served[kind];
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** As rights are asked for. */
export function resourceOf(kind: RemovableKind): { group: string; resource: string } {
  const [group, , resource] = served[kind];
  return { group, resource };
}

/**
 * Without what the objects hold, where the server can: values of ConfigMaps have no business here.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches
 */
export const metadataOnly = {
  one: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
};
