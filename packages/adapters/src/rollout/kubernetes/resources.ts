import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { ApiAnswer } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';

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

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

export type ListAnswer<T> = { kind: 'ok'; items: T[] } | Exclude<ApiAnswer, { kind: 'ok' }>;

const pageSize = '500';

/**
 * A whole list, page by page. When a page's token has expired the list starts again, once.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listAll<T>(
  api: ApiClient,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
): Promise<ListAnswer<T>> {
  let items: T[] = [];
  let token = '';
  let restarted = false;
  for (;;) {
    const paging: Record<string, string> = token ? { limit: pageSize, continue: token } : { limit: pageSize };
    const answer = await api({ method: 'GET', path, query: { ...query, ...paging } }, signal);
    if (answer.kind === 'rejected' && answer.code === 410 && token && !restarted) {
      [items, token, restarted] = [[], '', true];
      continue;
    }
    if (answer.kind !== 'ok') return answer;
    const page = answer.body as { items?: T[] | null; metadata?: { continue?: string } };
    items.push(...(page.items ?? []));
    token = page.metadata?.continue ?? '';
    if (!token) return { kind: 'ok', items };
  }
}
