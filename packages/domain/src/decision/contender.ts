import type { ServiceKey } from '../service/service.ts';

/* What the brakes of the fleet are applied to; how, says `brakes.ts`. */

/** Limits over the whole fleet: past them the monitoring or something shared is likelier at fault than the deployments. */
export interface Brakes {
  maxAutomaticPerHour: number;
  maxTrippedPerSlot: number;
}

/** One decision as the brakes see it: who goes back by it, and who is asked for by that. */
export interface Contender {
  /** Of the decision. */
  id: string;
  service: ServiceKey;
  name: string;
  /** Whether it would roll back now; else it lacks nothing but evidence, and counts. */
  acts: boolean;
  /** All that it takes back, its own service included. */
  takes: { service: ServiceKey; name: string }[];
  /** What the service depends on, where others go back with it. */
  dependencies: ServiceKey[];
}

/** How much trips in one slot. */
export interface Trip {
  /** Decisions that ask for a rollback themselves. */
  asking: number;
  /** Services that these would take back, each once. */
  services: number;
}

/** What is known of the whole fleet when a decision to roll back is committed, under a lock. */
export interface FleetFacts {
  /** Services that were taken back by themselves in the last hour, or are queued to be, each as often as it was. */
  automaticInLastHour: number;
  /** Services, other than those that this chunk takes back, for which others of this slot have wanted an automatic rollback so far. */
  trippedInSlot: number;
  /** The rollbacks counted for the hour, newest first; the newest `mostCounted` of them. Absent where nobody looked. */
  counted?: CountedRollback[];
  /** The services counted for the slot, by name; the first `mostCounted` of them. */
  trippedServices?: ServiceKey[];
}

/** As many of what brakes counted are named; the counts are of all. */
export const mostCounted = 20;

/** A service that was taken back by itself, or is queued to be. */
export interface CountedRollback {
  runId: string;
  service: ServiceKey;
  /** When its run was queued. */
  at: number;
}
