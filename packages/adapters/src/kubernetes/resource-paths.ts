import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';

const plurals = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Rollout: 'rollouts',
} as const satisfies Record<WorkloadKind, string>;

/** What remembers the templates of a workload of this kind. A Rollout makes ReplicaSets of its own. */
const histories = {
  Deployment: 'replicasets',
  StatefulSet: 'controllerrevisions',
  DaemonSet: 'controllerrevisions',
  Rollout: 'replicasets',
} as const satisfies Record<WorkloadKind, string>;

export function workloadPath({ kind, namespace, name }: WorkloadTarget): string {
  return `${collectionPath(plurals[kind], namespace)}/${encodeURIComponent(name)}`;
}

/** https://docs.flagger.app/usage/how-it-works */
export function canaryPath({ namespace, name }: { namespace: string; name: string }): string {
  return `/apis/flagger.app/v1beta1/namespaces/${encodeURIComponent(namespace)}/canaries/${encodeURIComponent(name)}`;
}

/** Whether a workload of this kind makes its pods by ReplicaSets. */
export function makesReplicaSets(kind: WorkloadKind): boolean {
  return histories[kind] === 'replicasets';
}

export function historyPath({ kind, namespace }: WorkloadTarget): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/${histories[kind]}`;
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
  | 'rollouts'
  | 'replicasets'
  | 'controllerrevisions'
  | 'pods';

/** What must be known of a workload of this kind: itself, what remembers its templates, its pods. */
export function resourcesOf(kind: WorkloadKind): WatchedResource[] {
  return [plurals[kind], histories[kind], 'pods'];
}

/** What is not in `apps/v1`. */
const groups: Partial<Record<WatchedResource, string>> = {
  pods: '/api/v1',
  rollouts: '/apis/argoproj.io/v1alpha1',
};

/** Of one namespace, or of the whole cluster where it is null. */
export function collectionPath(resource: WatchedResource, namespace: string | null): string {
  const group = groups[resource] ?? '/apis/apps/v1';
  const within = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${group}${within}/${resource}`;
}
