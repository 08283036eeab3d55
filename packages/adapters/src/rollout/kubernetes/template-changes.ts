import type { PodTemplate } from '@lastgood/domain/workload/workload';
import { bareTemplate } from './template-digest.ts';

/** More than a person reads. */
const listed = 8;

/**
 * What became of a template that was sent, as "adds containers[proxy]": by paths below `spec` and `metadata`, elements of lists
 * by their names. Values are left out: they may be secret.
 */
export function templateChanges(sent: PodTemplate, stored: PodTemplate): string[] {
  const changes = changesIn(bareTemplate(sent), bareTemplate(stored), '');
  const more = changes.length - listed;
  return more > 0 ? [...changes.slice(0, listed), `and ${more} more`] : changes;
}

function changesIn(before: unknown, after: unknown, path: string): string[] {
  const [ours, theirs] = [membersOf(before), membersOf(after)];
  if (!ours || !theirs) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [`changes ${shown(path)}`];
  }
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) => {
    const below = key.startsWith('[') ? `${path}${key}` : `${path}.${key}`;
    if (!ours.has(key)) return [`adds ${shown(below)}`];
    if (!theirs.has(key)) return [`removes ${shown(below)}`];
    return changesIn(ours.get(key), theirs.get(key), below);
  });
}

/** The members of an object, or the elements of a list whose elements have names; null for anything else. */
function membersOf(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) {
    const names = value.map((element: unknown) => (element as { name?: unknown } | null)?.name);
    const isNamed = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
    return isNamed ? new Map(value.map((element: unknown, index) => [`[${names[index]}]`, element])) : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  return new Map(Object.entries(value));
}

function shown(path: string): string {
  return path.replace(/^\.(spec\.)?/, '');
}
