import type { ChangedProperty } from '@lastgood/domain/rollback/infrastructure-change';
import { truncate } from '@lastgood/domain/truncate';
import { isHidden } from '@lastgood/domain/workload/difference/hidden-value';
import type { ResourceChange } from './plan-json.ts';

/** So many are read of one resource. */
const most = 12;
const longestValue = 80;

/**
 * What of a resource will certainly be otherwise, by the names of its properties. Values are told where they are one word or a
 * number and nothing speaks for a secret: no mark of the program, no name, no shape, nothing that is marked elsewhere.
 */
export function changedProperties(
  { before, after, after_unknown, before_sensitive, after_sensitive }: ResourceChange['change'],
  secrets: readonly string[],
): ChangedProperty[] {
  const [was, becomes, unknown] = [before, after, after_unknown].map(membersOf) as [
    Members,
    Members,
    Members,
  ];
  const names = [...new Set([...Object.keys(was), ...Object.keys(becomes)])];
  return names
    .filter((name) => !isMarked(unknown[name]) && !isSame(was[name], becomes[name]))
    .slice(0, most)
    .map((name) => {
      const marks = [before_sensitive, after_sensitive].map((mask) => maskOf(mask, name));
      const sides = [was[name], becomes[name]];
      if (marks.some(isMarked) || sides.some((side) => !isTold(name, side, secrets)))
        return { name, before: null, after: null, hidden: true };
      return { name, before: told(sides[0]), after: told(sides[1]), hidden: false };
    });
}

type Members = Record<string, unknown>;

export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** A mark of all of the resource is one of each of its properties. */
function maskOf(mask: unknown, name: string): unknown {
  return mask === true ? true : membersOf(mask)[name];
}

function isMarked(mask: unknown): boolean {
  return mask === true || (typeof mask === 'object' && mask !== null && Object.values(mask).some(isMarked));
}

/** What is made of parts is not looked through: any of them may be a secret. */
function isTold(name: string, value: unknown, secrets: readonly string[]): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'object') return false;
  const text = String(value);
  return !isHidden(name, text) && !secrets.some((secret) => secret !== '' && text.includes(secret));
}

function told(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return truncate(String(value), longestValue);
}
