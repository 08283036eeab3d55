import { isDeepStrictEqual } from 'node:util';
import { badRequest } from '../api-error.ts';
import type { Json, JsonObject } from '../objects.ts';
import { isObject } from './merge-patch.ts';

/**
 * Lists that are merged element by element, by the key that identifies an element; by `parent/list` where one
 * name means two things. Every other list is replaced.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  conditions: 'type',
  ownerReferences: 'uid',
  'containers/ports': 'containerPort',
  'initContainers/ports': 'containerPort',
  'spec/ports': 'port',
};
/** Lists of plain values that are merged as sets. */
const MERGED_PRIMITIVES = new Set(['finalizers']);

/** Applies a strategic merge patch with its directives `$patch`, `$setElementOrder`, `$deleteFromPrimitiveList`, `$retainKeys`. */
export function applyStrategicMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  return mergeObject(document, patch, '');
}

function mergeObject(original: JsonObject, patch: JsonObject, parent: string): JsonObject {
  const { $patch: directive, $retainKeys: retained, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown patch type ${directive}`);
  const result: JsonObject = { ...original };
  if (Array.isArray(retained)) {
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  }
  for (const key of namesOf(rest)) {
    const value = rest[key];
    const order = rest[`$setElementOrder/${key}`];
    const dropped = rest[`$deleteFromPrimitiveList/${key}`];
    if (value === null) delete result[key];
    else if (Array.isArray(value) || order !== undefined || dropped !== undefined) {
      const merged = mergeList(listOf(result[key]), {
        key,
        parent,
        value: listOf(value),
        order: listOf(order),
        dropped: listOf(dropped),
      });
      result[key] = merged;
    } else if (isObject(value)) {
      const before = result[key];
      result[key] = mergeObject(isObject(before) ? before : {}, value, key);
    } else if (value !== undefined) result[key] = value;
  }
  return result;
}

interface ListPatch {
  key: string;
  parent: string;
  value: Json[];
  order: Json[];
  dropped: Json[];
}

function mergeList(original: Json[], { key, parent, value, order, dropped }: ListPatch): Json[] {
  const mergeKey = MERGE_KEYS[`${parent}/${key}`] ?? MERGE_KEYS[key];
  if (MERGED_PRIMITIVES.has(key)) {
    const kept = original.filter((item) => !dropped.includes(item));
    return [...kept, ...value.filter((item) => !kept.includes(item))];
  }
  const elements = value.filter(isObject);
  if (!mergeKey || elements.length !== value.length) return value;
  if (elements.some((element) => element.$patch === 'replace' && Object.keys(element).length === 1)) {
    return elements.filter((element) => element.$patch !== 'replace');
  }
  const sameAs = (wanted: Json) => (item: Json) =>
    isObject(item) && isObject(wanted) && isDeepStrictEqual(item[mergeKey], wanted[mergeKey]);
  const deleted = elements.filter((element) => element.$patch === 'delete');
  const left = original.filter((item) => !deleted.some((element) => sameAs(element)(item)));
  const patched = elements
    .filter((element) => element.$patch !== 'delete')
    .map((element) => {
      const before = left.find(sameAs(element));
      return isObject(before) ? mergeObject(before, element, key) : mergeObject({}, element, key);
    });
  // Elements named by the order count as the patch's, even when the patch does not change them.
  const named = [
    ...patched,
    ...left.filter((item) => order.some((entry) => sameAs(entry)(item)) && !patched.some(sameAs(item))),
  ];
  const others = left.filter((item) => !named.some(sameAs(item)));
  const rank = (item: Json): number => order.findIndex((entry) => sameAs(entry)(item));
  const sorted = order.length ? named.toSorted((a, b) => rank(a) - rank(b)) : named;
  return interleave(others, sorted, original, sameAs);
}

/** Keeps the order of the patch and that of the server; what is new to the server comes first. */
function interleave(
  serverOnly: Json[],
  patched: Json[],
  original: Json[],
  sameAs: (wanted: Json) => (item: Json) => boolean,
): Json[] {
  const result: Json[] = [];
  const left = [...serverOnly];
  const right = [...patched];
  while (left.length && right.length) {
    const leftAt = original.findIndex(sameAs(left[0] ?? null));
    const rightAt = original.findIndex(sameAs(right[0] ?? null));
    const next = leftAt >= 0 && rightAt >= 0 && leftAt < rightAt ? left.shift() : right.shift();
    result.push(next ?? null);
  }
  return [...result, ...left, ...right];
}

/** Members to look at: the plain ones and those that only a directive names. */
function namesOf(patch: JsonObject): Set<string> {
  return new Set(
    Object.keys(patch).map((key) => key.replace(/^\$(setElementOrder|deleteFromPrimitiveList)\//, '')),
  );
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
