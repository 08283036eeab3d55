import {
  type Change,
  type Deployment,
  dueLooks,
  isWatched,
  type Notice,
  rolloutInWords,
  type WorkloadSnapshot,
  withoutWayBack,
} from '@lastgood/domain';
import type { DeploymentDetailRow, ReleaseRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { decisionOver } from './decision-over.ts';
import type * as wire from './deployment-schema.ts';
import { toMarkDto } from './mark-dto.ts';
import { toPutBackDto } from './put-back-dto.ts';

export function toDeploymentDto(deployment: Deployment): wire.Deployment {
  const workload = deployment.changes.find((change) => change.kind === 'workload');
  return {
    id: deployment.id,
    service: deployment.service,
    release: deployment.release,
    origin: deployment.origin,
    strategy: deployment.strategy,
    status: deployment.status,
    proof: deployment.proof,
    provenAt: deployment.proof === 'pending' ? null : iso(deployment.watchClosedAt),
    version: deployment.version,
    commit: deployment.commit,
    author: deployment.author,
    pipelineUrl: deployment.pipelineUrl,
    changes: deployment.changes.map(toChangeDto),
    ...deployment.contracts,
    notices: toNoticeDtos(deployment.notices),
    putBack: deployment.putBack && toPutBackDto(deployment.putBack),
    previousDeploymentId: deployment.previousDeploymentId,
    previousRevision: workload?.before?.revision ?? null,
    currentRevision: workload?.after?.revision ?? null,
    startedAt: iso(deployment.startedAt),
    reportedCompleteAt: iso(deployment.reportedCompleteAt),
    rollout: rolloutInWords(deployment),
    completedAt: iso(deployment.completedAt),
    watchEndsAt: iso(deployment.watchEndsAt),
    watched: isWatched(deployment),
    supersededBy: deployment.supersededBy,
    rolledBackAt: iso(deployment.rolledBackAt),
    rollbackReason: deployment.rollbackReason,
    looks: toLooksDto(deployment),
    mark: deployment.mark && toMarkDto(deployment.mark),
  };
}

function toNoticeDtos(notices: readonly Notice[]): wire.Notice[] {
  const without = withoutWayBack(notices);
  return notices.map((notice) => ({
    code: notice.code,
    words: notice.words,
    noWayBack: without.includes(notice),
  }));
}

/** Null where nothing is to be looked at: a presumed good release, or one whose window has not begun. */
function toLooksDto(deployment: Deployment): wire.Deployment['looks'] {
  const { looks, completedAt, watchEndsAt } = deployment;
  if (completedAt === null || watchEndsAt === null) return null;
  return {
    served: looks.served,
    due: dueLooks(deployment),
    lastAt: iso(looks.lastAt),
    doubt: looks.doubt,
  };
}

function toChangeDto(change: Change): wire.Change {
  if (change.kind !== 'workload') return { ...change };
  const { kind, target, before, after } = change;
  return {
    kind,
    target: { ...target },
    before: before && toSnapshotDto(before),
    after: after && toSnapshotDto(after),
  };
}

/** Without the template: somebody may have written a secret into it. What differs is told by a comparison. */
function toSnapshotDto(snapshot: WorkloadSnapshot): wire.WorkloadSnapshot {
  return {
    templateDigest: snapshot.templateDigest,
    images: snapshot.images,
    imageDigests: snapshot.imageDigests,
    podTemplateHash: snapshot.podTemplateHash,
    revision: snapshot.revision,
    observedAt: iso(snapshot.observedAt),
  };
}

export function toReleaseRef(release: ReleaseRow): wire.ReleaseRef {
  return {
    deploymentId: release.id,
    release: release.release,
    version: release.version,
    origin: release.origin,
    proof: release.proof,
    at: iso(release.startedAt),
  };
}

/** The last decision, or in its absence what that means. */
export function toDecisionView(row: DeploymentDetailRow, now: number): wire.DecisionView {
  const decision = row.lastDecision;
  if (!decision) {
    return {
      id: null,
      at: iso(now),
      verdict: 'none',
      wanted: 'none',
      trigger: null,
      sentence: 'No trigger has fired.',
      restraints: [],
      over: null,
    };
  }
  const { id, slot, verdict, wanted, trigger, sentence, restraints } = decision;
  return {
    id,
    at: iso(slot),
    verdict,
    wanted,
    trigger,
    sentence,
    restraints,
    over: decisionOver(decision, row),
  };
}
