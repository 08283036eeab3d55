import type { ServedMeta } from '../served-meta.ts';

export interface ServedObject {
  metadata: ServedMeta;
}

/** One line of a watch that is understood; an `expired` version is told inside the stream, not by its status. */
export type WatchEvent<T> =
  | { kind: 'changed'; object: T; resourceVersion: string }
  | { kind: 'removed'; object: T; resourceVersion: string }
  | { kind: 'bookmark'; resourceVersion: string }
  | { kind: 'expired' }
  | { kind: 'error'; reason: string }
  | { kind: 'no-watch' };

interface Line {
  type?: string;
  kind?: string;
  object?: { code?: number; message?: string; metadata?: { resourceVersion?: string } };
}

/**
 * What a line says. Throws for text that is no JSON: the connection broke within it.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function toWatchEvent<T extends ServedObject>(text: string): WatchEvent<T> {
  const { type, kind, object } = JSON.parse(text) as Line;
  const resourceVersion = object?.metadata?.resourceVersion ?? '';
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'changed', object: object as unknown as T, resourceVersion };
    case 'DELETED':
      return { kind: 'removed', object: object as unknown as T, resourceVersion };
    case 'BOOKMARK':
      return { kind: 'bookmark', resourceVersion };
    case 'ERROR':
      if (object?.code === 410) return { kind: 'expired' };
      return { kind: 'error', reason: `${object?.code ?? ''} ${object?.message ?? 'no message'}`.trim() };
    default:
      // A server that does not know the parameter answers the list.
      if (kind?.endsWith('List')) return { kind: 'no-watch' };
      return { kind: 'error', reason: `an event of the unknown type ${type}` };
  }
}
