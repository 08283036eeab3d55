import type { ServiceKey } from '../../service/service.ts';
import type { Refusal } from '../refusal.ts';
import type { Cascade, CascadeMember } from './cascade.ts';

/**
 * Reverse dependency order: whoever calls another member goes back before it. Members that stand in no order to each other
 * keep the one in which they were found. A circle has no first, and is refused.
 */
export function orderMembers(members: readonly CascadeMember[]): Cascade {
  const left = new Map(members.map((member) => [member.service.key, member]));
  const ordered: CascadeMember[] = [];
  while (left.size > 0) {
    const next = [...left.values()].find((member) => callersOf(member.service.key, left).length === 0);
    if (!next) return { kind: 'refused', refusals: [circle(circleIn(left))] };
    left.delete(next.service.key);
    ordered.push(next);
  }
  return { kind: 'members', members: ordered };
}

/** The members before it that have to be done first, by their places in the order. */
export function waitsFor(members: readonly CascadeMember[], place: number): number[] {
  const key = members[place]?.service.key;
  return members.flatMap(({ service }, other) =>
    other < place && key !== undefined && service.dependencies.includes(key) ? [other] : [],
  );
}

type Members = ReadonlyMap<ServiceKey, CascadeMember>;

function callersOf(key: ServiceKey, members: Members): CascadeMember[] {
  return [...members.values()].filter(
    ({ service }) => service.key !== key && service.dependencies.includes(key),
  );
}

/** One of the circles that keep all of these from being first. */
function circleIn(members: Members): CascadeMember[] {
  const path: CascadeMember[] = [];
  let at = [...members.values()][0];
  while (at && !path.includes(at)) {
    path.push(at);
    at = callersOf(at.service.key, members)[0];
  }
  return at ? path.slice(path.indexOf(at)) : path;
}

function circle(members: readonly CascadeMember[]): Refusal {
  // Walked from callee to caller; said from caller to callee.
  const names = members.map(({ service }) => service.name).reverse();
  return {
    code: 'dependency-cycle',
    reason: `${[...names, names[0]].join(' → ')}: these depend on each other in a circle, so none can go back first.`,
    advice:
      'Take the dependency that closes the circle out of a declaration, or roll the services back one by one.',
  };
}
