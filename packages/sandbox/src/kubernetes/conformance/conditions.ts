import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../objects.ts';
import type { Condition } from './trace-format.ts';

/** A JSON Pointer that also knows `[type=X]` for an element of a list and `#` for a count. */
export function pointTo(root: unknown, pointer: string): Json | undefined {
  const segments = pointer.split('/').slice(1);
  return segments.reduce<unknown>((value, raw) => {
    const segment = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (segment === '#') return Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
    const [, key, wanted] = /^\[(.+?)=(.+)\]$/.exec(segment) ?? [];
    if (key !== undefined) {
      return Array.isArray(value)
        ? value.find((item: Record<string, unknown>) => item[key] === wanted)
        : undefined;
    }
    if (value === null || typeof value !== 'object') return undefined;
    return (value as Record<string, unknown>)[segment];
  }, root) as Json | undefined;
}

export function holds(found: Json | undefined, op: string, wanted: Json | undefined): boolean {
  switch (op) {
    case '==':
      return isDeepStrictEqual(found ?? 0, wanted ?? 0) || isDeepStrictEqual(found, wanted);
    case '!=':
      return !isDeepStrictEqual(found, wanted);
    case '<':
      return numberOf(found) < numberOf(wanted);
    case '<=':
      return numberOf(found) <= numberOf(wanted);
    case '>':
      return numberOf(found) > numberOf(wanted);
    case '>=':
      return numberOf(found) >= numberOf(wanted);
    case 'exists':
      return found !== undefined;
    case 'absent':
      return found === undefined || found === null;
    case 'contains':
      return String(found).includes(String(wanted));
    case 'startsWith':
      return String(found).startsWith(String(wanted));
    default:
      throw new Error(`unknown operator ${op}`);
  }
}

/** All conditions on one object; a value `@/pointer` refers to the same object. */
export function meets(object: unknown, conditions: Condition[], fill: (value: Json) => Json): boolean {
  return conditions.every(([pointer, op, value]) => {
    const isReference = typeof value === 'string' && value.startsWith('@/');
    const wanted = isReference
      ? pointTo(object, value.slice(1))
      : value === undefined
        ? undefined
        : fill(value);
    return holds(pointTo(object, String(fill(pointer))), op, wanted);
  });
}

function numberOf(value: Json | undefined): number {
  return Number(value ?? 0);
}
