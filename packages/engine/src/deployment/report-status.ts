import {
  type Commit,
  captureAfter,
  type Deployment,
  endRollout,
  eventAbout,
  failByPipeline,
  hasShownChange,
  instantAfter,
  type NewEvent,
  neverCame,
  nextLooks,
  type ObservedWorkload,
  ownRollout,
  releaseRecord,
  releaseSubject,
  type Service,
} from '@lastgood/domain';
import { observeWithConfiguration } from './record-configuration.ts';
import type { RegisterDependencies } from './register.ts';

/** What a pipeline says of its deployment. */
export interface StatusReport {
  id: string;
  status: 'completed' | 'failed';
  detail: string | null;
}

export type ReportResult =
  /** Of a deployment still in progress, `rolloutInWords` says what it waits for. */
  | { kind: 'recorded'; deployment: Deployment }
  | { kind: 'not-found' }
  /** It has ended otherwise before: by a rollback, a supersession, or another report. */
  | { kind: 'ended'; deployment: Deployment };

/**
 * A pipeline's word that its deployment is out or failed. That it is out is a claim: recorded, with *after* as it is seen now,
 * and completed at once if its rollout is seen complete. Else the follower completes it, or fails it in its time.
 */
export async function reportStatus(
  deps: RegisterDependencies,
  report: StatusReport,
  signal: AbortSignal,
): Promise<ReportResult> {
  const { id, status } = report;
  const found = await deps.deployments.deployment(id);
  const service = found ? await deps.deployments.service(found.service) : null;
  if (!found || !service) return { kind: 'not-found' };
  if (found.status !== 'in_progress') return endedBefore(found, status);
  const { seen, trouble } = await observeWithConfiguration(deps, service, signal);
  // Looking took its time: a rollback may have ended it meanwhile.
  const deployment = (await deps.deployments.deployment(id)) ?? found;
  if (deployment.status !== 'in_progress') return endedBefore(deployment, status);
  const lastKnownGood = await deps.deployments.lastKnownGood(service.key, deployment.release);
  const now = deps.clock.now();
  const captured = { ...deployment, ...captureAfter(deployment, seen) };
  // Half an observation proves nothing.
  const observed = trouble.length > 0 ? [] : seen;
  const reported = { deployment: captured, service, lastKnownGood, observed, report, now };
  await deps.deployments.commit(
    status === 'failed' ? failedByPipeline(reported) : reportedComplete(reported),
  );
  const recorded = await deps.deployments.deployment(id);
  return recorded ? { kind: 'recorded', deployment: recorded } : { kind: 'not-found' };
}

function endedBefore(deployment: Deployment, status: Deployment['status']): ReportResult {
  return { kind: deployment.status === status ? 'recorded' : 'ended', deployment };
}

/**
 * Where nothing of it was seen, watching ends; rolling back by hand stays possible, unless it is known that there is nothing to roll back.
 */
function failedByPipeline({ deployment, service, lastKnownGood, observed, report, now }: Reported): Commit {
  const { detail } = report;
  const { id, changes, watchClosedAt } = deployment;
  if (hasShownChange(deployment) && watchClosedAt === null) {
    const { patch, events, notifications } = failByPipeline(
      deployment,
      detail,
      { service, lastKnownGood },
      now,
    );
    return { deployments: [{ ...patch, changes }], events, notifications };
  }
  const never = observed.length > 0 ? neverCame(deployment, service, now) : null;
  const text = `${releaseSubject(deployment)} failed${detail ? `: ${detail}` : ' by its pipeline.'}`;
  return {
    deployments: [
      {
        id,
        changes,
        status: 'failed',
        watchClosedAt: now,
        proof: 'unproven',
        ...window(deployment, service, now),
      },
    ],
    events: [eventOf(deployment, 'deployment.failed', text, now)],
    notifications: [releaseRecord('deployment_failed', deployment, service, { at: now, text })],
    ...(never && { neverCame: [never] }),
  };
}

/** What was replaced may be what is there again, if that never comes: it is watched for its window then. */
function window(deployment: Deployment, { policy }: Service, now: number) {
  const mayStandAgain = deployment.supersededBy !== null && hasShownChange(deployment);
  return mayStandAgain ? { watchEndsAt: instantAfter(now, policy.watchWindowMs) } : {};
}

interface Reported {
  deployment: Deployment;
  service: Service;
  lastKnownGood: Deployment | null;
  observed: readonly ObservedWorkload[];
  report: StatusReport;
  now: number;
}

/** Saying it again changes nothing. One that is seen complete while a newer release serves is not what is seen. */
function reportedComplete({ deployment, service, observed, report, now }: Reported): Commit {
  const { id, changes, reportedCompleteAt } = deployment;
  const reported = { ...deployment, reportedCompleteAt: reportedCompleteAt ?? now };
  const rollout = ownRollout(reported, observed);
  const isCurrent = observed.length > 0 && deployment.supersededBy === null;
  const end = isCurrent ? endRollout(reported, rollout, { service }, now) : null;
  // The follower fails it, who knows when nobody looked.
  const ended = end?.patch.status === 'failed' ? null : end;
  const looks = isCurrent ? nextLooks(reported, rollout, now) : null;
  const text = `${releaseSubject(deployment)} was reported complete by its pipeline${report.detail ? `: ${report.detail}` : '.'}`;
  return {
    deployments: [
      {
        ...{ id, changes, reportedCompleteAt: reported.reportedCompleteAt },
        ...(looks && { looks }),
        ...ended?.patch,
      },
    ],
    events: [
      ...(reportedCompleteAt === null ? [eventOf(deployment, 'deployment.reported', text, now)] : []),
      ...(ended?.events ?? []),
    ],
    notifications: ended?.notifications ?? [],
    ...(ended?.served && { served: [ended.served] }),
  };
}

function eventOf(
  { id, service }: Pick<Deployment, 'id' | 'service'>,
  type: NewEvent['type'],
  text: string,
  at: number,
): NewEvent {
  return eventAbout({ type, at, service, deploymentId: id, text });
}
