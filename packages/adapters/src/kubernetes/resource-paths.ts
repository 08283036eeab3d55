import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';

const plurals: Record<WorkloadKind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

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
