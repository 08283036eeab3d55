import type { SlotClaim, SlotCommit } from '../decision/commit.ts';
import type { FleetFacts } from '../decision/contender.ts';
import type { Watched } from '../decision/watched.ts';
import type { ReadPace } from '../deployment/read-pace.ts';
import type { ServiceKey } from '../service/service.ts';

/** The slots of the watch: each chunk is judged once over all replicas. */
export interface SlotStore {
  /** The clock that all replicas share, epoch milliseconds. */
  now(): Promise<number>;
  /** How many chunks the deployments make that are watched or stand. */
  chunks(): Promise<number>;
  /**
   * Null when another replica has it or had it. Records the slots missed since the last one, and says so. Rejects where the slot has
   * not begun by the clock that all share.
   */
  claim(slot: number, chunk: number, replica: string, intervalMs: number): Promise<SlotClaim | null>;
  /**
   * What of the chunk is to be read in this slot (`isReadIn`): of each service its newest deployment, and what else is watched.
   * Without those of which something cannot be read: one such row keeps no other from being judged. What was judged in the future of
   * the clock that all share begins anew (`withoutFuture`).
   */
  watched(claim: SlotClaim, pace: ReadPace): Promise<Watched[]>;
  /**
   * Commits a judged slot. `judge` is pure and runs inside the transaction; where any services
   * `tripped`, it runs under the fleet lock and is given the fleet's facts beside those. Runs that lost against an active run are returned. Nothing is
   * written where a newer slot of the chunk was committed meanwhile, or this one before: `isDiscarded`.
   */
  commit(
    claim: SlotClaim,
    tripped: readonly ServiceKey[],
    judge: (fleet: FleetFacts) => SlotCommit,
  ): Promise<{ lostRuns: string[]; isDiscarded?: boolean }>;
}
