import type { Requester } from './audit-log.ts';

export interface WriteOptions {
  requester: Requester;
  dryRun?: boolean;
  /** `binding` is the scheduler's: node and condition in one write that does not count as a new generation. */
  subresource?: 'status' | 'scale' | 'binding' | undefined;
}

export interface UpdateOptions extends WriteOptions {
  /** Server-side apply: who owns what is settled by the change itself. */
  isApply?: boolean;
  /** A patch of another uid is a validation error, a PUT of another uid a lost precondition. */
  isPatch?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  preconditions?: { uid?: string; resourceVersion?: string } | undefined;
  propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  gracePeriodSeconds?: number | undefined;
}
