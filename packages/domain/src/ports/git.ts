import type { RevertTarget } from '../rollback/contracts/ensure-commit-reverted.ts';
import type { Observed } from '../rollback/effect.ts';
import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Undoes a commit where a controller takes its truth from. */
export interface Git {
  readBranch: PlanningRead<'branch'>;
  /** Why no repository of the configuration has the name; null when one has. Absent: nobody can tell without reading it. */
  whyUnknown?: (repository: string) => string | null;
  /**
   * The outside refuses by `--force-with-lease=<branch>:<head seen>`: a branch that moved since is looked at anew. The
   * operation key is a trailer of the revert commit, by which one that was pushed with a lost reply is found again.
   */
  ensureCommitReverted: StepEffect<'ensure-commit-reverted'>;
  /** Whether a commit, such as the one a controller has applied, has the change and has it undone. */
  isUndoneIn(change: RevertTarget, commit: string, signal: AbortSignal): Promise<Observed<boolean>>;
}
