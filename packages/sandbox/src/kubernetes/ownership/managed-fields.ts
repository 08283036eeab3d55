import { isDeepStrictEqual } from 'node:util';
import type { Requester } from '../audit-log.ts';
import type { JsonObject, ManagedEntry } from '../objects.ts';
import { type FieldSet, readFields, union, without, writeFields } from './field-set.ts';
import { differenceOf, fieldsOf } from './object-fields.ts';

/** Who writes, as an entry names it. */
export type Writer = Pick<ManagedEntry, 'manager' | 'operation' | 'apiVersion' | 'time' | 'subresource'>;

/** The name a request goes by: what it says, else the first part of its user agent. */
export function managerOf({ isInternal, path, userAgent }: Requester): string {
  if (isInternal) return 'kube-controller-manager';
  const named = new URLSearchParams(path.split('?')[1] ?? '').get('fieldManager');
  return named || userAgent.split('/')[0] || 'unknown';
}

/** After an update or a creation: the writer owns what it changed, and nobody else does. */
export function afterUpdate(
  entries: readonly ManagedEntry[],
  before: JsonObject | undefined,
  after: JsonObject,
  writer: Writer,
): ManagedEntry[] {
  const changed = before ? differenceOf(before, after) : { set: fieldsOf(after), removed: new Set<string>() };
  if (changed.set.size === 0 && changed.removed.size === 0) return sorted(entries);
  const own = entries.find((entry) => isOf(entry, writer));
  const others = entries
    .filter((entry) => entry !== own)
    .map((entry) => taking(entry, changed.set, changed.removed));
  const kept = own ? without(fieldsIn(own), changed.removed) : new Set<string>();
  const mine = union(kept, changed.set);
  const time = changed.set.size > 0 ? writer.time : (own?.time ?? writer.time);
  return sorted([...others, { ...writer, time, fieldsType: 'FieldsV1', fieldsV1: writeFields(mine) }]);
}

/** After an apply: the applier owns what it applied, and others lose what it changed. */
export function afterApply(
  entries: readonly ManagedEntry[],
  { before, after, applied }: { before: JsonObject | undefined; after: JsonObject; applied: FieldSet },
  writer: Writer,
): ManagedEntry[] {
  const changed = differenceOf(before ?? {}, after);
  const own = entries.find((entry) => isOf(entry, writer));
  const others = entries
    .filter((entry) => entry !== own)
    .map((entry) => taking(entry, before ? changed.set : new Set(), changed.removed));
  const fieldsV1 = writeFields(applied);
  const isSame =
    own && changed.set.size + changed.removed.size === 0 && isDeepStrictEqual(own.fieldsV1, fieldsV1);
  const time = isSame ? own.time : writer.time;
  return sorted([...others, { ...writer, time, fieldsType: 'FieldsV1', fieldsV1 }]);
}

export function isOf(entry: ManagedEntry, { manager, operation, subresource }: Writer): boolean {
  return entry.manager === manager && entry.operation === operation && entry.subresource === subresource;
}

export function fieldsIn({ fieldsV1 }: ManagedEntry): FieldSet {
  return new Set(readFields(fieldsV1));
}

function taking(entry: ManagedEntry, ...taken: FieldSet[]): ManagedEntry {
  return { ...entry, fieldsV1: writeFields(without(fieldsIn(entry), ...taken)) };
}

/** Appliers first, then by time, then by name; who owns nothing is not listed. */
function sorted(entries: readonly ManagedEntry[]): ManagedEntry[] {
  const order = ({ operation, time, manager }: ManagedEntry) =>
    `${operation === 'Apply' ? 0 : 1} ${operation === 'Apply' ? '' : time} ${manager}`;
  return entries
    .filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0)
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
