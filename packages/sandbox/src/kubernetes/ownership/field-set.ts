import type { JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';

/** Paths of fields, each as its elements joined by line breaks: `f:spec`, `f:containers`, `k:{"name":"app"}`. */
export type FieldSet = ReadonlySet<string>;

const separator = '\n';

export function joined(path: string, element: string): string {
  return path === '' ? element : `${path}${separator}${element}`;
}

export function elementsOf(path: string): string[] {
  return path.split(separator);
}

/** The paths below one, without itself. */
export function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}${separator}`);
}

/** Reads `fieldsV1`: a path is in the set when it ends in nothing, or in a member `.`. */
export function readFields(fields: JsonObject, path = ''): string[] {
  return Object.entries(fields).flatMap(([element, below]) => {
    if (element === '.') return [path];
    const own = joined(path, element);
    if (!isObject(below) || Object.keys(below).length === 0) return [own];
    return readFields(below, own);
  });
}

export function writeFields(set: FieldSet): JsonObject {
  const root: JsonObject = {};
  for (const path of [...set].sort()) {
    let node = root;
    for (const element of elementsOf(path)) {
      node[element] ??= {};
      node = node[element] as JsonObject;
    }
    node['.'] = {};
  }
  return withoutLoneDots(root);
}

/** A path with nothing below it is written as an empty object. */
function withoutLoneDots(node: JsonObject): JsonObject {
  const entries = Object.entries(node);
  if (entries.length === 1 && entries[0]?.[0] === '.') return {};
  return Object.fromEntries(
    entries.map(([element, below]) => [element, element === '.' ? {} : withoutLoneDots(below as JsonObject)]),
  );
}

export function without(set: FieldSet, ...others: FieldSet[]): FieldSet {
  return new Set([...set].filter((path) => !others.some((other) => other.has(path))));
}

export function union(...sets: FieldSet[]): FieldSet {
  return new Set(sets.flatMap((set) => [...set]));
}

/** `.spec.template.spec.containers[name="app"].image`, as conflicts name it. */
export function shownPath(path: string): string {
  return elementsOf(path)
    .map((element) => {
      if (element.startsWith('f:')) return `.${element.slice(2)}`;
      const key = Object.entries(JSON.parse(element.slice(2)) as JsonObject);
      return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
