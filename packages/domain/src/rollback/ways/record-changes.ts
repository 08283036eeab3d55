import { Check } from 'typebox/value';
import type { OtherChange } from '../../deployment/deployment.ts';
import type { Service } from '../../service/service.ts';
import { type ChangeSchemas, changesOf } from './change-schemas.ts';
import { declaredFor, type Way } from './way.ts';

/** Why a change cannot be recorded as it was given: where in it, and what to change. */
export interface UnfitChange {
  index: number;
  member: 'target' | 'before' | 'after';
  reason: string;
}

/** The changes as they are recorded, or what is wrong with the first that cannot be. */
export function completedChanges(
  given: readonly OtherChange[],
  service: Service,
  ways: readonly Way[],
): { kind: 'complete'; changes: OtherChange[] } | { kind: 'unfit'; unfit: UnfitChange } {
  const changes: OtherChange[] = [];
  for (const [index, change] of given.entries()) {
    const way = wayOfChange(change, ways);
    const completed = way?.registers?.complete(change.target, declaredFor(way, service));
    if (completed?.kind === 'missing')
      return { kind: 'unfit', unfit: { index, member: 'target', reason: completed.reason } };
    const one = completed ? { ...change, target: completed.target } : change;
    if (way?.change && changesOf(way.change, [one]).length === 0)
      return { kind: 'unfit', unfit: { index, ...unfitMember(one, way.change) } };
    changes.push(one);
  }
  return { kind: 'complete', changes };
}

/** The way that takes a kind of change back. */
export function wayOfChange({ kind }: OtherChange, ways: readonly Way[]): Way | undefined {
  return ways.find(({ change }) => change?.kind === kind);
}

function unfitMember(
  { kind, target, before, after }: OtherChange,
  schemas: ChangeSchemas,
): Omit<UnfitChange, 'index'> {
  const known = { target, before, after };
  const fits = (side: 'before' | 'after') => known[side] === null || Check(schemas[side], known[side]);
  const member = !Check(schemas.target, target) ? 'target' : fits('before') ? 'after' : 'before';
  return { member, reason: `does not fit the kind ${kind}: ${JSON.stringify(known[member])}` };
}
