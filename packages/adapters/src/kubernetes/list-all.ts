import type { ApiAnswer } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';

/** `resourceVersion` is that of the whole list: a watch goes on from it. */
export type ListAnswer<T> =
  | { kind: 'ok'; items: T[]; resourceVersion: string }
  | Exclude<ApiAnswer, { kind: 'ok' }>;

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
    const page = answer.body as {
      items?: T[] | null;
      metadata?: { continue?: string; resourceVersion?: string };
    };
    items.push(...(page.items ?? []));
    token = page.metadata?.continue ?? '';
    if (!token) return { kind: 'ok', items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}
