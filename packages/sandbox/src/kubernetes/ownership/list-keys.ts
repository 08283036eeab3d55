import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';

/**
 * Lists whose elements are told apart by some of their fields, by the name of the list. All others are one value.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const keysOfLists: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  conditions: ['type'],
  ownerReferences: ['uid'],
};

/** Objects that have one owner as a whole. */
const atomic = ['selector', 'nodeSelector', 'secretKeyRef', 'configMapKeyRef', 'fieldRef'];

const defaults: JsonObject = { protocol: 'TCP' };

export function isAtomic(name: string): boolean {
  return atomic.includes(name);
}

/** The element of a path for each element of a list, as `k:{"name":"app"}`; null for a list that is one value. */
export function elementKeys(name: string, list: readonly Json[]): string[] | null {
  const keys = keysOfLists[name];
  if (!keys || !list.every(isObject)) return null;
  return list.map((element) => {
    const shown = keys.map((key) => [key, (element as JsonObject)[key] ?? defaults[key]]);
    return `k:${JSON.stringify(Object.fromEntries(shown))}`;
  });
}
