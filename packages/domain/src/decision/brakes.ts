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

/**
 * Which automatic rollbacks of one slot a brake holds, and why: decision id to restraint. Decisions are taken in the
 * order given; each one let through counts for the next.
 */
export function brakesOn(
  decisions: readonly Decision[],
  fleet: FleetFacts,
  brakes: Brakes,
): Map<string, string> {
  const wanted = decisions.filter((decision) => decision.verdict === 'roll_back');
  const tripped = fleet.trippedInSlot + decisions.filter(trips).length;
  if (tripped > brakes.maxTrippedPerSlot) {
    const reason = `${tripped} services want a rollback at the same time (more than ${brakes.maxTrippedPerSlot}), so the cause is more likely something they share`;
    return new Map(wanted.map((decision) => [decision.id, reason]));
  }
  const free = Math.max(0, brakes.maxAutomaticPerHour - fleet.automaticInLastHour);
  const most = brakes.maxAutomaticPerHour;
  const limit = most === 1 ? '1 automatic rollback' : `${most} automatic rollbacks`;
  // It acts once there is room again: whoever reads this must not count on its never doing so.
  const room = most === 1 ? 'none is' : `fewer than ${most} are`;
  const reason = `the limit of ${limit} an hour is reached${most === 0 ? '' : ` until ${room} within the hour`}`;
  return new Map(wanted.slice(free).map((decision) => [decision.id, reason]));
}

/** What is known of the whole fleet when a decision to roll back is committed, under a lock. */
export interface FleetFacts {
  /** Automatic rollbacks queued in the last hour. */
  automaticInLastHour: number;
  /** Services for which other chunks of this slot have wanted an automatic rollback so far. */
  trippedInSlot: number;
}
