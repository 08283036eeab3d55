import type { ServiceKey } from '../service/service.ts';
import type { Decision } from './decision.ts';

/** Limits over the whole fleet: past them the monitoring or something shared is likelier at fault than the deployments. */
export interface Brakes {
  maxAutomaticPerHour: number;
  maxTrippedPerSlot: number;
}

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

/** What the brakes make of the decisions of one slot. */
export interface Braking {
  /** By the id of a decision, why it is held. */
  held: Map<string, string>;
  /** By service, the decision with which it goes back though it is not about it. */
  goesWith: Map<ServiceKey, Decision>;
}

/**
 * Which automatic rollbacks of one slot a brake holds, and which a larger one takes along. Whoever takes others along comes
 * first, among the like the one that others depend on, else the order given; each one let through counts for the next, with
 * all of its services.
 */
export function brakesOn(decisions: readonly Decision[], fleet: FleetFacts, brakes: Brakes): Braking {
  const wanted = decisions.filter((decision) => decision.verdict === 'roll_back');
  const goesWith = new Map<ServiceKey, Decision>();
  const tripped = fleet.trippedInSlot + trippedServices(decisions).length;
  if (tripped > brakes.maxTrippedPerSlot) {
    const asking = fleet.trippedInSlot + decisions.filter(trips).length;
    const because = (decision: Decision) => tooMany(brakes, tripped, asking, servicesOf(decision).length);
    return { held: new Map(wanted.map((decision) => [decision.id, because(decision)])), goesWith };
  }
  const held = new Map<string, string>();
  const taken = new Map<ServiceKey, Decision>();
  for (const decision of leadersFirst(wanted)) {
    if (taken.has(decision.service)) continue;
    const services = servicesOf(decision);
    const shared = services.find((service) => taken.has(service));
    const free = brakes.maxAutomaticPerHour - fleet.automaticInLastHour - taken.size;
    if (shared !== undefined) held.set(decision.id, goesBackAlready(decision, shared));
    else if (services.length > free) held.set(decision.id, limitReached(brakes, services.length, free));
    else for (const service of services) taken.set(service, decision);
  }
  for (const [service, decision] of taken) if (service !== decision.service) goesWith.set(service, decision);
  return { held, goesWith };
}

/** Something shared is suspected only where so many ask for it themselves: who merely goes along has no fault to share. */
function tooMany({ maxTrippedPerSlot: most }: Brakes, tripped: number, asking: number, own: number): string {
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
function leadersFirst(decisions: readonly Decision[]): Decision[] {
  const calls = (one: Decision, other: Decision) =>
    one.group?.asked.service.dependencies.includes(other.service) === true;
  return decisions.toSorted(
    (a, b) => servicesOf(b).length - servicesOf(a).length || Number(calls(a, b)) - Number(calls(b, a)),
  );
}

function goesBackAlready({ group }: Decision, shared: ServiceKey): string {
  const name = group?.members.find(({ service }) => service === shared)?.name ?? shared;
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

/** What is known of the whole fleet when a decision to roll back is committed, under a lock. */
export interface FleetFacts {
  /** Services that were taken back by themselves in the last hour, or are queued to be, each as often as it was. */
  automaticInLastHour: number;
  /** Services, other than those that this chunk takes back, for which others of this slot have wanted an automatic rollback so far. */
  trippedInSlot: number;
}
