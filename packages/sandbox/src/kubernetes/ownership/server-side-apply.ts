import { apiError } from '../api-error.ts';
import type { Json, JsonObject, ManagedEntry } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';
import { elementsOf, type FieldSet, isBelow, shownPath, union, without } from './field-set.ts';
import { elementKeys, isAtomic } from './list-keys.ts';
import { afterApply, fieldsIn, isOf, type Writer } from './managed-fields.ts';
import { differenceOf, fieldsOf } from './object-fields.ts';

export interface ApplyRequest {
  config: JsonObject;
  writer: Writer;
  /** Takes fields that others own. */
  force: boolean;
}

/**
 * The object with what a manager applies merged into it, and without what it applied before and does so no more, where nobody
 * else owns that. https://kubernetes.io/docs/reference/using-api/server-side-apply/
 *
 * @param live undefined where it is to be created
 */
export function applied(live: JsonObject | undefined, { config, writer, force }: ApplyRequest): JsonObject {
  const entries = entriesOf(live);
  const own = entries.find((entry) => isOf(entry, writer));
  const others = entries.filter((entry) => entry !== own);
  const fields = fieldsOf(config);
  const merged = live ? (merge(structuredClone(live), config, '') as JsonObject) : structuredClone(config);
  const dropped = own ? without(fieldsIn(own), fields, ...others.map(fieldsIn)) : new Set<string>();
  const kept = union(fields, ...others.map(fieldsIn));
  // A whole element goes before its parts, by which it is found.
  for (const path of [...dropped].sort((a, b) => a.length - b.length)) remove(merged, path, kept);
  if (live && !force) refuseConflicts(live, merged, others);
  const managedFields = afterApply(entries, { before: live, after: merged, applied: fields }, writer);
  return {
    ...merged,
    metadata: { ...(merged.metadata as JsonObject), managedFields: managedFields as never },
  };
}

function entriesOf(live: JsonObject | undefined): ManagedEntry[] {
  const metadata = live?.metadata;
  return isObject(metadata) ? ((metadata.managedFields ?? []) as unknown as ManagedEntry[]) : [];
}

function merge(live: Json | undefined, config: Json, name: string): Json {
  if (Array.isArray(live) && Array.isArray(config)) return mergeLists(live, config, name);
  if (!isObject(live) || !isObject(config) || isAtomic(name)) return structuredClone(config);
  const members = Object.entries(config).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return {
    ...live,
    ...Object.fromEntries(members.map(([key, value]) => [key, merge(live[key], value, key)])),
  };
}

/** In the order of what is applied; an element that is not stays before the one that it was before. */
function mergeLists(live: Json[], config: Json[], name: string): Json[] {
  const [old, wanted] = [elementKeys(name, live), elementKeys(name, config)];
  if (!old || !wanted) return structuredClone(config);
  const merged: Json[] = [];
  let next = 0;
  const takeUnapplied = () => {
    for (; next < live.length; next += 1) {
      const at = wanted.indexOf(old[next] ?? '');
      if (at >= merged.length - unapplied) return;
      if (at >= 0) continue;
      merged.push(live[next] as Json);
      unapplied += 1;
    }
  };
  let unapplied = 0;
  for (const [index, element] of config.entries()) {
    takeUnapplied();
    merged.push(merge(live[old.indexOf(wanted[index] ?? '')], element, ''));
  }
  takeUnapplied();
  return merged;
}

/** Takes the field at a path away, unless something below it is to be kept. */
function remove(object: JsonObject, path: string, kept: FieldSet): void {
  if ([...kept].some((one) => isBelow(one, path))) return;
  const elements = elementsOf(path);
  const last = elements.pop() ?? '';
  let holder: Json | undefined = object;
  let name = '';
  for (const element of elements) {
    holder = partAt(holder, name, element);
    name = element.slice(2);
  }
  if (Array.isArray(holder)) {
    const index = elementKeys(name, holder)?.indexOf(last) ?? -1;
    if (index >= 0) holder.splice(index, 1);
  } else if (isObject(holder)) delete holder[last.slice(2)];
}

function partAt(value: Json | undefined, name: string, element: string): Json | undefined {
  if (Array.isArray(value)) return value[elementKeys(name, value)?.indexOf(element) ?? -1];
  return isObject(value) ? value[element.slice(2)] : undefined;
}

function refuseConflicts(live: JsonObject, merged: JsonObject, others: readonly ManagedEntry[]): void {
  const { set } = differenceOf(live, merged);
  const conflicts = others.flatMap((entry) => {
    const { manager, operation, apiVersion } = entry;
    const who = `"${manager}"${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
    return [...fieldsIn(entry)]
      .filter((path) => set.has(path))
      .map((path) => ({ who, field: shownPath(path) }));
  });
  if (conflicts.length === 0) return;
  const list = conflicts.map(({ who, field }) => `conflict with ${who}: ${field}`);
  const text = conflicts.length === 1 ? ` conflict: ${list[0]}` : ` conflicts: ${list.join(', ')}`;
  const causes = conflicts.map(({ who, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field,
  }));
  throw apiError(409, 'Conflict', `Apply failed with ${conflicts.length}${text}`, { causes });
}
