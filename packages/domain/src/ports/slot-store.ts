import type { FleetFacts } from '../decision/brakes.ts';
import type { SlotClaim, SlotCommit } from '../decision/commit.ts';
import type { Watched } from '../decision/watched.ts';

/** The slots of the watch: each chunk is judged once over all replicas. */
export interface SlotStore {
  /** How many chunks the watched deployments make. */
  chunks(): Promise<number>;
  /** Null when another replica has it or had it. Records the slots missed since the last one. */
  claim(slot: number, chunk: number, replica: string, intervalMs: number): Promise<SlotClaim | null>;
  /** Without those of which something cannot be read: one such row keeps no other from being judged. */
  watched(claim: SlotClaim): Promise<Watched[]>;
  /**
   * Commits a judged slot. `judge` is pure and runs inside the transaction; with `wantsRollback` it runs under the fleet
   * lock and is given the fleet's facts. Runs that lost against an active run are returned.
   */
  commit(
    claim: SlotClaim,
    wantsRollback: boolean,
    judge: (fleet: FleetFacts) => SlotCommit,
  ): Promise<{ lostRuns: string[] }>;
}
