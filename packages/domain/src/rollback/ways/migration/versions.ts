import type { Deployment } from '../../../deployment/deployment.ts';
import { type MigrationChange, migrationChanges } from './change.ts';

/** From where to where a schema goes back; null on a side that nobody registered. */
export interface Versions {
  /** What the deployment left the database at. */
  from: string | null;
  to: string | null;
  /** The target is not the release before, and did not say at which version it ran: releases between may have migrated, too. */
  isGuessed: boolean;
}

/**
 * To the version that the target itself registered, else to what was there before the deployment. Of several changes of one
 * deployment the first and the last count, in the order in which they were registered.
 */
export function versionsOf(
  { deployment, target }: { deployment: Deployment; target: Deployment },
  changes: readonly MigrationChange[],
): Versions {
  const [first, last] = [changes[0], changes.at(-1)];
  const own = migrationChanges(target.changes).findLast(
    (change) => change.target.database === first?.target.database,
  );
  const registered = own?.after ?? null;
  return {
    from: last?.after ?? null,
    to: registered ?? first?.before ?? null,
    isGuessed: registered === null && deployment.previousDeploymentId !== target.id,
  };
}
