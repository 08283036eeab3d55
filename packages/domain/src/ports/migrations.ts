import type { PlanningRead } from './planning-read.ts';
import type { StepEffect } from './step-effect.ts';

/** Moves a schema and repairs data. Both are long: `apply` sets the work going, `observe` tells how far it is. */
export interface Migrations {
  readDatabase: PlanningRead<'database'>;
  readFixUp: PlanningRead<'fix-up'>;
  /** How many sessions of the application's role are open: what runs in a cluster is stopped only once they are gone. */
  readSessions: PlanningRead<'sessions'>;
  /**
   * Takes the database to a schema version. The outside refuses by the migration tool's own lock in that database and the
   * version it finds there; a Job is named after the operation key, so that creating it again is 409 AlreadyExists. Where
   * we write the history row ourselves it keeps key and epoch, and an older epoch is refused.
   */
  migrateTo: StepEffect<'migrate-to'>;
  /** The Job, or the row of its run, is named after the operation key: a second one is refused as existing already. */
  runFixUp: StepEffect<'run-fix-up'>;
}
