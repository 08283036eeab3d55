import type { CommandedRun, CommandVerdict } from '../rollback/command-run.ts';
import type { Run } from '../rollback/run.ts';

/** `active`: the service has another run; nothing was written. */
export type QueueResult = { kind: 'queued' } | { kind: 'active'; run: Run };

/** What a person's command on a run came to. */
export type RunCommandResult =
  | { kind: 'done' }
  | { kind: 'not-found' }
  /** Its state does not allow it, in words. */
  | { kind: 'refused'; reason: string };

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
