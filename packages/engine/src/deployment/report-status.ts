import {
  captureAfter,
  completion,
  type Deployment,
  type DeploymentPatch,
  eventAbout,
  type NewEvent,
} from '@lastgood/domain';
import { withDeadline } from '../clock.ts';
import { observeService } from './observe-service.ts';
import type { RegisterDependencies } from './register.ts';

/** What a pipeline says of its deployment. */
export interface StatusReport {
  id: string;
  status: 'completed' | 'failed';
  detail: string | null;
}

export type ReportResult =
  | { kind: 'recorded'; deployment: Deployment }
  | { kind: 'not-found' }
  /** It has ended otherwise before: by a rollback, a supersession, or another report. */
  | { kind: 'ended'; deployment: Deployment };

/** A pipeline's word that its deployment completed or failed. Completion captures *after* as served and starts the window. */
export async function reportStatus(
  deps: RegisterDependencies,
  { id, status, detail }: StatusReport,
  signal: AbortSignal,
): Promise<ReportResult> {
  const found = await deps.deployments.deployment(id);
  const service = found ? await deps.deployments.service(found.service) : null;
  if (!found || !service) return { kind: 'not-found' };
  if (found.status !== 'in_progress') return endedBefore(found, status);
  const { seen } = await withDeadline(deps.clock, deps.deadlineMs, signal, (deadline) =>
    observeService(deps.rollout, service, deadline),
  );
  // Looking took its time: a rollback may have ended it meanwhile.
  const deployment = (await deps.deployments.deployment(id)) ?? found;
  if (deployment.status !== 'in_progress') return endedBefore(deployment, status);
  const now = deps.clock.now();
  const patch: DeploymentPatch = {
    id,
    ...captureAfter(deployment, seen),
    ...(status === 'completed' ? completion(service.policy.watchWindowMs, now) : ended(now)),
  };
  await deps.deployments.commit({
    deployments: [patch],
    events: [eventOf(deployment, { id, status, detail }, now)],
  });
  const recorded = await deps.deployments.deployment(id);
  return recorded ? { kind: 'recorded', deployment: recorded } : { kind: 'not-found' };
}

function endedBefore(deployment: Deployment, status: Deployment['status']): ReportResult {
  return { kind: deployment.status === status ? 'recorded' : 'ended', deployment };
}

/** The pipeline says it failed: watching ends, rolling back by hand stays possible. */
function ended(now: number) {
  return { status: 'failed' as const, watchClosedAt: now, proof: 'unproven' as const };
}

function eventOf(deployment: Deployment, { status, detail }: StatusReport, at: number): NewEvent {
  return eventAbout({
    type: status === 'completed' ? 'deployment.completed' : 'deployment.failed',
    at,
    service: deployment.service,
    deploymentId: deployment.id,
    text: `Release ${deployment.release} ${status}${detail ? `: ${detail}` : ' by its pipeline.'}`,
  });
}
