import type { Change } from '../../../deployment/deployment.ts';
import { firstSinceTarget } from '../first-since-target.ts';
import type { RollbackContext } from '../way.ts';
import { type MigrationChange, migrationChanges } from './change.ts';

/** From where to where a schema goes back; null on a side that nobody registered. */
export interface Versions {
  /** What the deployment left the database at. */
  from: string | null;
  to: string | null;
  /** Neither the target nor the release after it said at which version it ran: releases between may have migrated, too. */
  isGuessed: boolean;
}

/**
 * To the version that the target itself registered, else to what was there before the first release after it that migrated. Of several changes of one
 * deployment the first and the last count, in the order in which they were registered.
 */
export function versionsOf(
  context: Pick<RollbackContext, 'deployment' | 'target' | 'between'>,
  changes: readonly MigrationChange[],
): Versions {
  const { deployment, target } = context;
  const [first, last] = [changes[0], changes.at(-1)];
  const ofDatabase = (all: readonly Change[]) =>
    migrationChanges(all).filter((change) => change.target.database === first?.target.database);
  const registered = ofDatabase(target.changes).at(-1)?.after ?? null;
  const since = firstSinceTarget(context, (all) => ofDatabase(all)[0])?.before ?? null;
  return {
    from: last?.after ?? null,
    to: registered ?? since ?? first?.before ?? null,
    isGuessed: registered === null && since === null && deployment.previousDeploymentId !== target.id,
  };
}
