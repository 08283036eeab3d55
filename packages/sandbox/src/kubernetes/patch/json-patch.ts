import { isDeepStrictEqual } from 'node:util';
import { patchDoesNotApply } from '../api-error.ts';
import type { Json, JsonObject } from '../objects.ts';

export interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: Json;
}

/**
 * RFC 6902 on a copy of `document`. Whatever does not apply - a failed test, a missing path, an unknown
 * operation - is the same 422 without causes, as the API server answers it.
 * https://datatracker.ietf.org/doc/html/rfc6902
 */
export function applyJsonPatch(document: JsonObject, operations: JsonPatchOperation[]): JsonObject {
  let root: Json = structuredClone(document) as Json;
  const read = (pointer: string): Json => {
    const found = segments(pointer).reduce<Json | undefined>(member, root);
    if (found === undefined) throw patchDoesNotApply();
    return found;
  };
  const write = (pointer: string, change: (parent: JsonObject | Json[], key: string) => void): void => {
    const path = segments(pointer);
    const key = path.pop();
    const parent = path.reduce<Json | undefined>(member, root);
    if (key === undefined || parent === null || typeof parent !== 'object') throw patchDoesNotApply();
    change(parent, key);
  };
  const add = (pointer: string, value: Json): void => {
    if (pointer === '') root = value;
    else write(pointer, (parent, key) => insert(parent, key, value));
  };
  const remove = (pointer: string): void => {
    read(pointer);
    write(pointer, (parent, key) => {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    });
  };
  for (const operation of operations) {
    const { op, path, from = '', value = null } = operation ?? {};
    if (typeof path !== 'string' || typeof from !== 'string') throw patchDoesNotApply();
    if (op === 'test') {
      if (!isDeepStrictEqual(read(path), value)) throw patchDoesNotApply();
    } else if (op === 'add') add(path, value);
    else if (op === 'remove') remove(path);
    else if (op === 'replace') {
      if (path === '') root = value;
      else
        write(path, (parent, key) => {
          // The API server's library sets a member that is not there; an element must be there.
          if (Array.isArray(parent)) read(path);
          Object.assign(parent, { [key]: value });
        });
    } else if (op === 'copy') add(path, structuredClone(read(from)));
    else if (op === 'move') {
      const moved = read(from);
      remove(from);
      add(path, moved);
    } else throw patchDoesNotApply();
  }
  if (root === null || typeof root !== 'object' || Array.isArray(root)) throw patchDoesNotApply();
  return root;
}

function segments(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw patchDoesNotApply();
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function member(parent: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(parent)) return /^\d+$/.test(key) ? parent[Number(key)] : undefined;
  if (parent === null || typeof parent !== 'object') return undefined;
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function insert(parent: JsonObject | Json[], key: string, value: Json): void {
  if (!Array.isArray(parent)) {
    parent[key] = value;
    return;
  }
  const index = key === '-' ? parent.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > parent.length) throw patchDoesNotApply();
  parent.splice(index, 0, value);
}
