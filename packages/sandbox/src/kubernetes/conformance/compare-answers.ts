import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';
import { type Bindings, LIST } from './placeholders.ts';

/** Differences between a recorded answer and this one, as `path: what`; none when they agree. */
export function compareBodies(
  recorded: Json | undefined,
  actual: Json | undefined,
  bindings: Bindings,
  isRacy: boolean,
): string[] {
  if (isObject(recorded) && recorded.kind === 'Status' && recorded.status === 'Failure') {
    return compareFailure(recorded, actual, bindings);
  }
  if (isObject(recorded) && recorded.kind === 'Table') return compareTable(recorded, actual);
  if (isRacy && isObject(recorded) && isObject(actual)) {
    return compareRacy(recorded, actual, bindings);
  }
  return compareJson(recorded, actual, bindings, '', '');
}

/** Texts that quote the server's insides are not compared; those of 404, 409 and failed preconditions are. */
function compareFailure(recorded: JsonObject, actual: Json | undefined, bindings: Bindings): string[] {
  if (!isObject(actual)) return ['a Status was expected'];
  const causes = (status: JsonObject) =>
    isObject(status.details) ? (status.details.causes as JsonObject[]) : undefined;
  const isFixedText =
    [404, 405, 406, 409, 415].includes(Number(recorded.code)) || (recorded.code === 422 && !causes(recorded));
  const shown = (status: JsonObject): JsonObject => ({
    status: status.status,
    reason: status.reason,
    code: status.code,
    message: isFixedText ? status.message : undefined,
    hasDetails: status.details !== undefined,
    details: isObject(status.details)
      ? { ...status.details, causes: causes(status)?.map(({ field, reason }) => ({ field, reason })) }
      : undefined,
  });
  return compareJson(shown(recorded), shown(actual), bindings, '', '');
}

/** Columns and cells; ages and descriptions are not compared. */
function compareTable(recorded: JsonObject, actual: Json | undefined): string[] {
  const shown = (table: JsonObject) => {
    const columns = table.columnDefinitions as { name: string; type: string; priority: number }[];
    const rows = table.rows as { cells: Json[] }[];
    return JSON.stringify({
      columns: columns.map(({ name, type, priority }) => ({ name, type, priority })),
      cells: rows.map(({ cells }) => cells.filter((_cell, index) => columns[index]?.name !== 'Age')),
    });
  };
  if (!isObject(actual) || actual.kind !== 'Table') return ['a Table was expected'];
  return shown(recorded) === shown(actual) ? [] : [`table: ${shown(recorded)} but ${shown(actual)}`];
}

/** The controllers were at work: only what clients write is compared. What else fits is bound. */
function compareRacy(recorded: JsonObject, actual: JsonObject, bindings: Bindings): string[] {
  const trial = bindings.copy();
  if (!compareJson(recorded, actual, trial, '', '').length) {
    bindings.adopt(trial);
    return [];
  }
  bindIdentity(recorded, actual, bindings);
  const shown = ({ kind, spec, metadata }: JsonObject): JsonObject => ({
    kind,
    spec,
    generation: isObject(metadata) ? metadata.generation : undefined,
  });
  return compareJson(shown(recorded), shown(actual), bindings, '', subjectOf(actual) ?? '');
}

/** Binds uid and version even where the rest is in motion, since later requests send them. */
function bindIdentity(recorded: JsonObject, actual: JsonObject, bindings: Bindings): void {
  if (!isObject(recorded.metadata) || !isObject(actual.metadata)) return;
  for (const field of ['uid', 'resourceVersion']) {
    const [wanted, found] = [recorded.metadata[field], actual.metadata[field]];
    if (typeof wanted === 'string' && typeof found === 'string')
      bindings.fits(wanted, found, subjectOf(actual) ?? LIST);
  }
}

function compareJson(
  recorded: Json | undefined,
  actual: Json | undefined,
  bindings: Bindings,
  path: string,
  subject: string,
): string[] {
  if (isEmpty(recorded) && isEmpty(actual)) return [];
  if (typeof recorded === 'string' && typeof actual === 'string') {
    return bindings.fits(recorded, actual, subject) ? [] : [difference(path, recorded, actual, bindings)];
  }
  if (Array.isArray(recorded) && Array.isArray(actual))
    return compareLists(recorded, actual, bindings, path, subject);
  if (isObject(recorded) && isObject(actual)) {
    const inner = subjectOf(actual) ?? (Array.isArray(actual.items) ? LIST : subject);
    // How often an EndpointSlice is rewritten depends on how many pods become ready between two looks.
    if (
      'addressType' in actual &&
      isObject(recorded.metadata) &&
      recorded.metadata.generation !== undefined
    ) {
      return compareJson(withoutGeneration(recorded), withoutGeneration(actual), bindings, path, subject);
    }
    // Most recordings leave out who owns which fields.
    if (actual.managedFields !== undefined && recorded.managedFields === undefined) {
      const { managedFields: _owners, ...rest } = actual;
      return compareJson(recorded, rest, bindings, path, subject);
    }
    const pairs = pairKeys(recorded, actual, bindings);
    return pairs.flatMap(([wanted, found]) =>
      compareJson(
        wanted === undefined ? undefined : recorded[wanted],
        found === undefined ? undefined : actual[found],
        bindings,
        `${path}/${wanted ?? found}`,
        inner,
      ),
    );
  }
  return recorded === actual ? [] : [difference(path, recorded, actual, bindings)];
}

function withoutGeneration(object: JsonObject): JsonObject {
  const { generation: _generation, ...metadata } = object.metadata as JsonObject;
  return { ...object, metadata };
}

/** Keys may hold placeholders, too; those are paired with whatever key they are bound to. */
function pairKeys(
  recorded: JsonObject,
  actual: JsonObject,
  bindings: Bindings,
): [string | undefined, string | undefined][] {
  const wanted = Object.keys(recorded).map((key): [string, string] => [
    key,
    key.includes('$') && !key.startsWith('$') ? String(bindings.fill(key, 'object')) : key,
  ]);
  const extra = Object.keys(actual).filter((key) => !wanted.some(([, filled]) => filled === key));
  return [...wanted, ...extra.map((key): [undefined, string] => [undefined, key])];
}

const setMembers = ['metadata', 'targetRef', 'type', 'fieldsV1'];

/** Objects with names, conditions and entries of managers are sets; the order of everything else counts. */
function compareLists(
  recorded: Json[],
  actual: Json[],
  bindings: Bindings,
  path: string,
  subject: string,
): string[] {
  if (recorded.length !== actual.length)
    return [`${path}: ${recorded.length} items recorded, ${actual.length} here`];
  const isSet = recorded.every((item) => isObject(item) && setMembers.some((member) => member in item));
  if (!isSet) {
    return recorded.flatMap((item, index) =>
      compareJson(item, actual[index], bindings, `${path}/${index}`, subject),
    );
  }
  const left = [...actual];
  return recorded.flatMap((item) => {
    let closest: string[] = [`${path}: nothing like ${JSON.stringify(item).slice(0, 200)}`];
    for (const [index, candidate] of left.entries()) {
      const trial = bindings.copy();
      const found = compareJson(item, candidate, trial, path, subject);
      if (!found.length) {
        bindings.adopt(trial);
        left.splice(index, 1);
        return [];
      }
      if (closest.length > found.length || closest[0]?.includes('nothing like')) closest = found;
    }
    return closest;
  });
}

function subjectOf(object: JsonObject): string | undefined {
  const meta = object.metadata;
  return isObject(meta) && typeof meta.uid === 'string' ? meta.uid : undefined;
}

function difference(
  path: string,
  recorded: Json | undefined,
  actual: Json | undefined,
  bindings: Bindings,
): string {
  let filled = recorded;
  try {
    filled = recorded === undefined ? undefined : bindings.fill(recorded, 'object');
  } catch (error) {
    filled = `${recorded} (${(error as Error).message})`;
  }
  return `${path}: recorded ${JSON.stringify(recorded)} (here ${JSON.stringify(filled)}) but got ${JSON.stringify(actual)}`;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.values(value).every((member) => member === undefined);
}
