import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';

const plurals = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const satisfies Record<WorkloadKind, string>;

export function workloadPath({ kind, namespace, name }: WorkloadTarget): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${plurals[kind]}/${encodeURIComponent(name)}`;
}

export function historyPath({ kind, namespace }: WorkloadTarget): string {
  const plural = kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

export function budgetPath(namespace: string, name: string): string {
  return `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets/${encodeURIComponent(name)}`;
}

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

/** What the objects of a service are lists of. */
export type WatchedResource =
  | 'deployments'
  | 'statefulsets'
  | 'daemonsets'
  | 'replicasets'
  | 'controllerrevisions'
  | 'pods';

/** What must be known of a workload of this kind: itself, what remembers its templates, its pods. */
export function resourcesOf(kind: WorkloadKind): WatchedResource[] {
  return [plurals[kind], kind === 'Deployment' ? 'replicasets' : 'controllerrevisions', 'pods'];
}

/** Of one namespace, or of the whole cluster where it is null. */
export function collectionPath(resource: WatchedResource, namespace: string | null): string {
  const group = resource === 'pods' ? '/api/v1' : '/apis/apps/v1';
  const within = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${group}${within}/${resource}`;
}
