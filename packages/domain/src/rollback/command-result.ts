import type { Run } from './run.ts';

/** `active`: the service has another run; nothing was written. */
export type QueueResult = { kind: 'queued' } | { kind: 'active'; run: Run };

/** What a person's command on a run came to. */
export type RunCommandResult =
  | { kind: 'done' }
  | { kind: 'not-found' }
  /** Its state does not allow it, in words. */
  | { kind: 'refused'; reason: string };
