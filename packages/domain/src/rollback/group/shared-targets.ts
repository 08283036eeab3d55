import { type Change, changeKinds } from '../../deployment/deployment.ts';
import { contractOf } from '../contract-of.ts';
import type { Plan } from '../plan.ts';
import type { Refusal } from '../refusal.ts';
import type { CascadeMember } from './cascade.ts';

/** A member with the plan of its own rollback. */
interface Planned {
  member: Pick<CascadeMember, 'service' | 'deployment'>;
  plan: Plan;
}

/**
 * What two members would both take back: a database that the writers of one still write to while the other reverses it, a
 * branch that brings both back at once. A flag that both set to the same is no conflict.
 */
export function sharedTargets(planned: readonly Planned[]): Refusal[] {
  const changed = planned.map(({ member, plan }) => ({
    name: member.service.name,
    changes: changesOf(member, plan),
  }));
  return changed.flatMap((one, place) =>
    changed.slice(place + 1).flatMap((other) => {
      const shared = one.changes.find((change) => other.changes.some((also) => isShared(change, also)));
      return shared ? [refusal(one.name, other.name, shared)] : [];
    }),
  );
}

/** Workloads are each service's own. */
function changesOf({ deployment }: Planned['member'], { steps }: Plan): Change[] {
  return steps
    .flatMap(({ step }) => contractOf(step).record?.(step, deployment, 0) ?? [])
    .filter(({ kind }) => kind !== 'workload');
}

/** What one of them does not name, as a path inside a repository, is all of it. */
function isShared(one: Change, other: Change): boolean {
  if (one.kind !== other.kind) return false;
  const named = new Map<string, unknown>(Object.entries(other.target));
  const isSame = Object.entries(one.target).every(
    ([key, value]) => !named.has(key) || isEqual(named.get(key), value),
  );
  return isSame && !(one.kind === 'flag' && isEqual(one.after, other.after));
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function refusal(one: string, other: string, { kind, target }: Change): Refusal {
  const named = Object.values(target).filter((value) => typeof value === 'string');
  return {
    code: 'shared-by-members',
    reason: `${one} and ${other} would both take back ${changeKinds[kind]} (${named.join(', ')}): while the one sets it, the other may still run on what it is now.`,
    advice: `Take ${named.join(', ')} back by hand while both are stopped; or roll ${one} and ${other} back one by one, without those that depend on them.`,
  };
}
