import type { Change, Deployment, LookGap, Looks } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type { DeploymentChange, Deployment as DeploymentRow } from '../generated/client.ts';
import { ms } from './instants.ts';

/** What to load with a deployment, so that `toDeployment` has its changes in order. */
export const withChanges = { changes: { orderBy: { ordinal: 'asc' } } } as const;

export function toDeployment(row: DeploymentRow & { changes: DeploymentChange[] }): Deployment {
  return {
    id: row.id,
    service: row.serviceKey,
    release: row.release,
    origin: row.origin as Deployment['origin'],
    idempotencyKey: row.idempotencyKey,
    strategy: row.strategy as Deployment['strategy'],
    status: row.status as Deployment['status'],
    proof: row.proof as Deployment['proof'],
    version: row.version,
    commit: row.commit,
    registeredImages: fromJson(row.registeredImages),
    author: row.author,
    pipelineUrl: row.pipelineUrl,
    previousDeploymentId: row.previousDeploymentId,
    changes: row.changes.map(toChange),
    contracts: fromJson(row.contracts),
    notices: fromJson(row.notices),
    stood: fromJson(row.stood),
    putBack: row.putBack === null ? null : fromJson(row.putBack),
    objectsBefore: row.objectsBefore === null ? null : fromJson(row.objectsBefore),
    startedAt: ms(row.startedAt),
    reportedCompleteAt: ms(row.reportedCompleteAt),
    completedAt: ms(row.completedAt),
    watchEndsAt: ms(row.watchEndsAt),
    watchClosedAt: ms(row.watchClosedAt),
    supersededBy: row.supersededBy,
    rolledBackAt: ms(row.rolledBackAt),
    rollbackReason: row.rollbackReason,
    looks: {
      served: row.looksServed,
      lastAt: ms(row.lastLookAt),
      lastServed: row.lastLookServed,
      doubt: row.lookDoubt,
      ...gapsOf(row),
    },
    mark: row.mark === null ? null : fromJson(row.mark),
  };
}

/** Almost no deployment has any. */
function gapsOf({ lookGaps }: Pick<DeploymentRow, 'lookGaps'>): Pick<Looks, 'gaps'> {
  const gaps = fromJson<LookGap[]>(lookGaps);
  return gaps.length > 0 ? { gaps } : {};
}

function toChange(row: DeploymentChange): Change {
  return fromJson<Change>({ kind: row.kind, target: row.target, before: row.before, after: row.after });
}
