import type { OtherChange } from '../../../deployment/deployment.ts';
import type { ChangeRegistration } from '../change-registration.ts';
import { type MigrationChange, type MigrationDeclaration, migrationSchemas } from './change.ts';

/** A pipeline names the version it migrates to; at which the database stands before that is read there. */
export const migrationRegistration: ChangeRegistration<
  'database' | 'fix-up' | 'writers',
  MigrationDeclaration
> = {
  given: migrationSchemas.target,
  complete: (target) => ({ kind: 'complete', target }),
  reading: {
    need(change) {
      const { target, after } = change as MigrationChange & OtherChange;
      return { kind: 'database', ask: { database: target.database, to: after ?? 'none' } };
    },
    // Half a migration is no version that anybody could return to.
    before: ({ kind, answer }) =>
      kind === 'database' && answer.kind === 'seen' && !answer.seen.dirty && answer.seen.running === null
        ? answer.seen.head
        : null,
    isInPlace: (read, after) => read === after,
  },
};
