import { eventAbout, type NewEvent } from '../audit/events.ts';
import { fromTo, type NamedRelease } from '../deployment/release-words.ts';
import type { Run } from './run.ts';

/**
 * A rollback was asked for, said of each of its services. `releaseOf` knows what names a deployment; undefined: there is no such
 * deployment.
 */
export function queuedEvents(
  run: Run,
  releaseOf: (deploymentId: string) => NamedRelease | undefined,
): NewEvent[] {
  const name = run.service.split('/').at(-1);
  return (run.members ?? [run]).map((member) => {
    const event = queuedEvent({ ...run, ...memberNames(member) }, releaseOf);
    return member.service === run.service ? event : { ...event, text: `${event.text}, with ${name}` };
  });
}

function memberNames({
  service,
  deploymentId,
  targetDeploymentId,
}: Pick<Run, 'service' | 'deploymentId' | 'targetDeploymentId'>) {
  return { service, deploymentId, targetDeploymentId };
}

function queuedEvent(run: Run, releaseOf: (deploymentId: string) => NamedRelease | undefined): NewEvent {
  const { requester, deploymentId, targetDeploymentId } = run;
  const who = requester.kind === 'automatic' ? requester.trigger : requester.name;
  const [from, to] = [releaseOf(deploymentId), releaseOf(targetDeploymentId)];
  const move = from && to ? ` of ${fromTo(from, to)}` : '';
  return eventAbout({
    type: 'rollback.queued',
    at: run.createdAt,
    service: run.service,
    deploymentId,
    runId: run.id,
    text: `${who} asked for a rollback${move}`,
    data: { startsAt: run.startsAt },
  });
}
