import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Undoes a commit where a controller takes its truth from, and follows the controller. */
export interface Git {
  readBranch: PlanningRead<'branch'>;
  readApplication: PlanningRead<'application'>;
  /**
   * The outside refuses by `--force-with-lease=<branch>:<head seen>`: a branch that moved since is looked at anew. The
   * operation key is a trailer of the revert commit, by which one that was pushed with a lost reply is found again.
   */
  ensureCommitReverted: StepEffect<'ensure-commit-reverted'>;
  /** Asks the controller to look now, with the operation key in the annotation it listens to; asking twice is one sync. */
  waitForSync: StepEffect<'wait-for-sync'>;
}
