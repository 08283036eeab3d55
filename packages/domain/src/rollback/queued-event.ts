import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Run } from './run.ts';

/** A rollback was asked for. `releaseOf` knows a deployment's release; undefined: there is no such deployment. */
export function queuedEvent(run: Run, releaseOf: (deploymentId: string) => number | undefined): NewEvent {
  const { requester, deploymentId, targetDeploymentId } = run;
  const who = requester.kind === 'automatic' ? requester.trigger : requester.name;
  const [from, to] = [releaseOf(deploymentId) ?? '?', releaseOf(targetDeploymentId) ?? '?'];
  return eventAbout({
    type: 'rollback.queued',
    at: run.createdAt,
    service: run.service,
    deploymentId,
    runId: run.id,
    text: `${who} asked to roll release ${from} back to release ${to}`,
    data: { startsAt: run.startsAt },
  });
}
