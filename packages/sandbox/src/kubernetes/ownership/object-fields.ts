import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';
import { type FieldSet, joined } from './field-set.ts';
import { elementKeys, isAtomic } from './list-keys.ts';

/** What nobody owns. */
const unowned = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
];

/** What can have an owner of an object. */
function ownable({ kind: _kind, apiVersion: _version, metadata, ...rest }: JsonObject): JsonObject {
  const meta = Object.entries(isObject(metadata) ? metadata : {}).filter(([key]) => !unowned.includes(key));
  return { ...(meta.length > 0 ? { metadata: Object.fromEntries(meta) } : {}), ...rest };
}

/** The fields that an object sets. */
export function fieldsOf(object: JsonObject): FieldSet {
  return new Set(pathsOf(ownable(object), '', '', false));
}

export interface Difference {
  /** Changed or new. */
  set: FieldSet;
  removed: FieldSet;
}

export function differenceOf(before: JsonObject, after: JsonObject): Difference {
  const difference = { set: new Set<string>(), removed: new Set<string>() };
  compare(ownable(before), ownable(after), '', '', difference);
  return difference;
}

/** Members of an object or elements of a list, by the elements of their paths; null for what is one value. */
function partsOf(value: Json | undefined, name: string): Map<string, Json> | null {
  if (Array.isArray(value)) {
    const keys = elementKeys(name, value);
    return keys ? new Map(keys.map((key, index) => [key, value[index] as Json])) : null;
  }
  if (!isObject(value) || isAtomic(name)) return null;
  const members = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return new Map(members.map(([key, member]) => [`f:${key}`, member]));
}

/** @param inner whether objects and lists with something in them are paths, too, as where they are added as a whole */
function pathsOf(value: Json, name: string, path: string, inner: boolean): string[] {
  const parts = partsOf(value, name);
  if (!parts || parts.size === 0) return path === '' ? [] : [path];
  const own = path !== '' && (inner || path.split('\n').at(-1)?.startsWith('k:')) ? [path] : [];
  return [
    ...own,
    ...[...parts].flatMap(([key, part]) => pathsOf(part, key.slice(2), joined(path, key), inner)),
  ];
}

function compare(
  before: Json,
  after: Json,
  name: string,
  path: string,
  into: { set: Set<string>; removed: Set<string> },
): void {
  const [old, now] = [partsOf(before, name), partsOf(after, name)];
  if (!old || !now) {
    if (!isDeepStrictEqual(before, after)) into.set.add(path);
    return;
  }
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const below = joined(path, key);
    const add = (value: Json, to: Set<string>) => {
      for (const one of pathsOf(value, key.slice(2), below, true)) to.add(one);
    };
    if (was === undefined && is !== undefined) add(is, into.set);
    else if (is === undefined && was !== undefined) add(was, into.removed);
    else compare(was as Json, is as Json, key.slice(2), below, into);
  }
}
