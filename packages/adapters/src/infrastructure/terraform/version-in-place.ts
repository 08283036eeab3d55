import type { PlanDocument } from './plan-document.ts';

export interface VersionInPlace {
  version: string;
  drifted: string[];
}

/**
 * Whether a configuration is in place: going to it changes nothing.
 *
 * @param wasApplied it was applied to its end: what it changes at every apply is in place then
 */
export function isInPlace({ changes, certain }: PlanDocument, wasApplied: boolean): boolean {
  return changes.length === 0 || (wasApplied && certain.size === 0);
}

/**
 * Whether `from` is in place, where the target is not. A state does not tell which commit was applied, but the plans do. Where
 * both would change something, each resource is as the one or as the other has it when an apply between them ended half way:
 * that counts as `from` with a part gone already. One that both would change is as neither has it: somebody else applied
 * something else, or changed it by hand.
 */
export function versionInPlace(
  from: string,
  ofTo: PlanDocument,
  ofFrom: PlanDocument | null,
): VersionInPlace {
  if (ofFrom === null)
    return { version: `a configuration that ${from} cannot be compared with`, drifted: [] };
  const third = [...ofTo.certain].filter((address) => ofFrom.certain.has(address));
  const drifted = third.filter((address) => ofTo.drifted.has(address));
  const others = third.filter((address) => !drifted.includes(address));
  if (others.length === 0) return { version: from, drifted };
  const shown = others.slice(0, 5).join(', ');
  const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
  return { version: `another configuration (${shown}${more} is as neither has it)`, drifted };
}
