import type { Way } from '../way.ts';
import { type MigrationChange, migrationChanges, migrationDeclaration, migrationSchemas } from './change.ts';
import { type MigrationNeed, migrationNeeds } from './needs.ts';
import { migrationRefusals } from './refusals.ts';
import { migrationRegistration } from './registration.ts';
import { migrationSight } from './sight.ts';
import { lossesOf, migrationSteps, migrationWork } from './steps.ts';
import { migrationWarnings } from './warnings.ts';
import { migrationWayBack } from './way-back.ts';

/**
 * Reverses a schema: everything that writes is stopped, one migration after the other is reversed, data is repaired, and what
 * was stopped starts again on the old code, which another way sets in between. Refused where rows would be lost that the
 * command does not name.
 */
export const migration: Way<MigrationNeed, typeof migrationDeclaration, MigrationChange> = {
  name: 'migration',
  change: migrationSchemas,
  declares: migrationDeclaration,
  registers: migrationRegistration,
  wayBack: migrationWayBack,
  sight: migrationSight,
  takesBack({ deployment }) {
    const changes = migrationChanges(deployment.changes);
    return changes.length > 0 ? changes : null;
  },
  needs: migrationNeeds,
  plan(context, facts) {
    const refusals = migrationRefusals(context, facts);
    const work = migrationWork(context, facts);
    const losses = lossesOf(work);
    if (refusals.length > 0) return { kind: 'refused', refusals, losses };
    return {
      ...{ kind: 'steps', losses },
      steps: migrationSteps(work, context),
      warnings: migrationWarnings(work, context),
    };
  },
};
