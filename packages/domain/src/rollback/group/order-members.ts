import type { Service, ServiceKey } from '../../service/service.ts';

interface Member {
  service: Pick<Service, 'key' | 'name' | 'dependencies'>;
}

/** In order, or the names of those that depend on each other in a circle, from caller to callee. */
export type Order<M> = { kind: 'ordered'; members: M[] } | { kind: 'circle'; names: string[] };

/**
 * Reverse dependency order: whoever calls another member goes back before it. Members that stand in no order to each other
 * keep the one in which they were found. A circle has no first.
 */
export function orderMembers<M extends Member>(members: readonly M[]): Order<M> {
  const left = new Map(members.map((member) => [member.service.key, member]));
  const ordered: M[] = [];
  while (left.size > 0) {
    const next = [...left.values()].find((member) => callersOf(member.service.key, left).length === 0);
    if (!next) return { kind: 'circle', names: circleIn(left).map(({ service }) => service.name) };
    left.delete(next.service.key);
    ordered.push(next);
  }
  return { kind: 'ordered', members: ordered };
}

/** The members before one that call it, and so have to go back first; by their places in the order. */
export function callersBefore(members: readonly Member[], place: number): number[] {
  const key = members[place]?.service.key;
  return members.flatMap(({ service }, other) =>
    other < place && key !== undefined && service.dependencies.includes(key) ? [other] : [],
  );
}

function callersOf<M extends Member>(key: ServiceKey, members: ReadonlyMap<ServiceKey, M>): M[] {
  return [...members.values()].filter(
    ({ service }) => service.key !== key && service.dependencies.includes(key),
  );
}

/** One of the circles that keep all of these from being first, walked from callee to caller and told the other way round. */
function circleIn<M extends Member>(members: ReadonlyMap<ServiceKey, M>): M[] {
  const path: M[] = [];
  let at = [...members.values()][0];
  while (at && !path.includes(at)) {
    path.push(at);
    at = callersOf(at.service.key, members)[0];
  }
  return (at ? path.slice(path.indexOf(at)) : path).reverse();
}
