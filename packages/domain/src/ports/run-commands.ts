import type { QueueResult, RunCommandResult } from '../rollback/command-result.ts';
import type { CommandedRun, CommandVerdict } from '../rollback/command-run.ts';
import type { Run } from '../rollback/run.ts';

/** What people do to runs. */
export interface RunCommands {
  /** The same id again is the same run: a retried click is queued once. */
  queueRun(run: Run): Promise<QueueResult>;
  /**
   * Locks the run as every write of a worker does, asks `judge` what is to be done with what it sees under the lock, and
   * writes that with its event in the same transaction: a command and a worker's commit never pass each other unseen.
   * `judge` is pure, see `judgeCommand`; it may be asked again.
   */
  command(id: string, judge: (seen: CommandedRun) => CommandVerdict): Promise<RunCommandResult>;
}
