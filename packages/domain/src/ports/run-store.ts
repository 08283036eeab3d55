import type { ClaimedRun, Lease } from '../rollback/claimed-run.ts';
import type { RunCommit } from '../rollback/run-commit.ts';

/** Runs and steps as rows under a lease with an epoch: a holder that was thought dead writes nothing more, see `docs/decisions/`. */
export interface RunStore {
  /**
   * Takes one due run nobody holds, the one that has waited longest; null when there is none. Never one of `executing`, nor one
   * with a member still to go in one of the clusters `full`. One that cannot be read is put aside for a while.
   */
  claim(
    replica: string,
    leaseMs: number,
    executing: readonly string[],
    full?: readonly string[],
  ): Promise<ClaimedRun | null>;
  /** False when the lease was lost. */
  renew(lease: Lease): Promise<boolean>;
  /**
   * Writes under the fence: the run is locked where id and epoch match. False when the lease was lost; nothing is written
   * then. A holder who claimed the run before somebody asked to stop it begins no step more: that commit is refused, any
   * other is its last, and the run is there to be claimed by one who knows. When it throws, it may have been written all the
   * same: the run is put down, and whoever claims it next goes on from its rows.
   */
  commit(lease: Lease, commit: RunCommit): Promise<boolean>;
}
