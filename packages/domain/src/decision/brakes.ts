import type { ServiceKey } from '../service/service.ts';
import type { Brakes, Contender, FleetFacts, Trip } from './contender.ts';
import type { Decision } from './decision.ts';

/** What holds when nothing is configured. */
export const defaultBrakes: Brakes = { maxAutomaticPerHour: 5, maxTrippedPerSlot: 3 };

/** Over how long, up to a slot, automatic rollbacks are counted, in milliseconds. */
export const brakedOverMs = 3_600_000;

/**
 * Whether a decision counts as one more service that trips. What lacks nothing but evidence does: else services would pass the
 * brake one by one, as their evidence comes back.
 */
export function trips({ verdict, restraints, guards, trigger }: Decision): boolean {
  if (verdict === 'roll_back' || verdict === 'wait') return true;
  const guard = guards.find((one) => one.trigger === trigger);
  return verdict === 'suggest' && guard?.outcome === 'gave-up' && restraints.length === 1;
}

/** Null for a decision that does not trip. */
export function contenderOf(decision: Decision): Contender | null {
  if (!trips(decision)) return null;
  const { id, service, verdict, group } = decision;
  const name = group?.asked.service.name ?? service;
  const members = group?.outcome === 'goes' ? group.members : [{ service, name }];
  return {
    ...{ id, service, name, acts: verdict === 'roll_back' },
    takes: members.map((one) => ({ service: one.service, name: one.name })),
    dependencies: group?.asked.service.dependencies ?? [],
  };
}

/** What the brakes make of the decisions of one slot. */
export interface Braking {
  /** By the id of a decision, why it is held. */
  held: Map<string, string>;
  /** By service, the one with whose decision it goes back though that is not about it. */
  goesWith: Map<ServiceKey, Contender>;
}

/**
 * Which automatic rollbacks of one slot a brake holds, and which a larger one takes along. Whoever takes others along comes
 * first, among the like the one that others depend on, else the order given; each one let through counts for the next, with
 * all of its services.
 */
export function brakesOn(contenders: readonly Contender[], fleet: FleetFacts, brakes: Brakes): Braking {
  const wanted = contenders.filter(({ acts }) => acts);
  const goesWith = new Map<ServiceKey, Contender>();
  const trip = tripOf(contenders);
  if (isTooMany(trip, fleet, brakes)) {
    const because = ({ takes }: Contender) => tooMany(brakes, fleet, trip, takes.length);
    return { held: new Map(wanted.map((one) => [one.id, because(one)])), goesWith };
  }
  const held = new Map<string, string>();
  const taken = new Map<ServiceKey, Contender>();
  for (const one of leadersFirst(wanted)) {
    if (taken.has(one.service)) continue;
    const shared = one.takes.find(({ service }) => taken.has(service));
    const free = brakes.maxAutomaticPerHour - fleet.automaticInLastHour - taken.size;
    if (shared !== undefined) held.set(one.id, goesBackAlready(shared.name));
    else if (one.takes.length > free) held.set(one.id, limitReached(brakes, one.takes.length, free));
    else for (const { service } of one.takes) taken.set(service, one);
  }
  for (const [service, one] of taken) if (service !== one.service) goesWith.set(service, one);
  return { held, goesWith };
}

export function tripOf(contenders: readonly Contender[]): Trip {
  const services = new Set(contenders.flatMap(({ takes }) => takes.map((one) => one.service)));
  return { asking: contenders.length, services: services.size };
}

/** Whether so many trip at the same time that none of them goes back. */
export function isTooMany({ services }: Trip, fleet: FleetFacts, { maxTrippedPerSlot }: Brakes): boolean {
  return fleet.trippedInSlot + services > maxTrippedPerSlot;
}

/** Something shared is suspected only where so many ask for it themselves: who merely goes along has no fault to share. */
export function tooMany(
  { maxTrippedPerSlot: most }: Brakes,
  { trippedInSlot }: FleetFacts,
  trip: Trip,
  own: number,
): string {
  const [tripped, asking] = [trippedInSlot + trip.services, trippedInSlot + trip.asking];
  if (asking > most) {
    const what = tripped > asking ? 'would go back' : 'want a rollback';
    return `${tripped} services ${what} at the same time (more than ${most}), so the cause is more likely something they share`;
  }
  return own > most
    ? `it would take back ${own} services, and the limit at the same time is ${most}`
    : `${tripped} services would go back at the same time (more than ${most})`;
}

/** Services that would go back by themselves if nothing braked, each once. */
export function trippedServices(decisions: readonly Decision[]): ServiceKey[] {
  return [...new Set(decisions.filter(trips).flatMap(servicesOf))];
}

/** The services that a decision takes back. */
export function servicesOf({ service, group }: Pick<Decision, 'service' | 'group'>): ServiceKey[] {
  return group?.outcome === 'goes' ? group.members.map((one) => one.service) : [service];
}

/** Of two that each take the other along, the one that the other depends on is likelier the cause. */
function leadersFirst(contenders: readonly Contender[]): Contender[] {
  const calls = (one: Contender, other: Contender) => one.dependencies.includes(other.service);
  return contenders.toSorted(
    (a, b) => b.takes.length - a.takes.length || Number(calls(a, b)) - Number(calls(b, a)),
  );
}

function goesBackAlready(name: string): string {
  return `${name} has to go back with it and goes back with another service already`;
}

function limitReached({ maxAutomaticPerHour: most }: Brakes, wanted: number, free: number): string {
  const limit = most === 1 ? '1 automatic rollback' : `${most} automatic rollbacks`;
  if (wanted > most && wanted > 1)
    return `it would take back ${wanted} services, and the limit is ${limit} an hour, each service counted`;
  // It acts once there is room again: whoever reads this must not count on its never doing so.
  const room = most <= wanted ? 'none is' : `fewer than ${most - wanted + 1} are`;
  const reached =
    free > 0
      ? `it would take back ${wanted} services, and ${free} of the limit of ${limit} an hour ${free === 1 ? 'is' : 'are'} left`
      : `the limit of ${limit} an hour is reached`;
  return `${reached}${most === 0 ? '' : ` until ${room} within the hour`}`;
}
