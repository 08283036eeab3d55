import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { Observed } from '@lastgood/domain/rollback/effect';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';

/** A kind of object by the addresses under which clusters serve it, the newest version first. */
export interface ServedKind {
  group: string;
  versions: readonly string[];
  resource: string;
}

export interface Fetched<T> {
  object: T;
  path: string;
}

export function collectionPaths({ group, versions, resource }: ServedKind, namespace: string): string[] {
  const root = group === '' ? '/api' : `/apis/${group}`;
  return versions.map(
    (version) => `${root}/${version}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
  );
}

/** The object under the newest version that has it: a cluster of some years ago serves it under an older one only. */
export async function fetchRoute<T extends { metadata: ServedMeta }>(
  api: ApiClient,
  served: ServedKind,
  target: ObjectTarget,
  signal: AbortSignal,
): Promise<Observed<Fetched<T>>> {
  for (const collection of collectionPaths(served, target.namespace)) {
    const path = `${collection}/${encodeURIComponent(target.name)}`;
    const answer = await api({ method: 'GET', path }, signal);
    if (answer.kind === 'ok') {
      const object = answer.body as T;
      if (typeof object?.metadata?.uid !== 'string')
        return { kind: 'unreachable', reason: 'what came is no object' };
      return { kind: 'seen', seen: { object, path } };
    }
    if (answer.kind !== 'rejected' || answer.code !== 404)
      return { kind: 'unreachable', reason: reasonOf(answer) };
  }
  return { kind: 'not-found', reason: `${routeName(target)} does not exist` };
}

/** "VirtualService shop/web" */
export function routeName({ kind, namespace, name }: ObjectTarget): string {
  return `${kind} ${namespace}/${name}`;
}
