import { eventAbout } from '../audit/events.ts';
import { isSameWorkload, type WorkloadRef, workloadInWords } from '../workload/workload.ts';
import { lastKnown, type ObservedWorkload } from './capture.ts';
import { type Deployment, type WorkloadChange, workloadChanges } from './deployment.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import { detected } from './detected.ts';
import type { FollowedService } from './followed-service.ts';
import { heldVersion } from './held-version.ts';
import { recreatedEvents } from './recreated.ts';

/**
 * A template nobody registered: a deployment of its own, from what was there before. It knows every workload of the service,
 * so that one which changes later is seen to differ.
 */
export function detect(
  followed: FollowedService,
  changed: readonly ObservedWorkload[],
  observed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit {
  const { latest, service } = followed;
  const deployment = detected(followed, changed, now, {
    changes: [
      ...observed.map((one) => changeIn(one, lastKnown(latest, one.workload), changed.includes(one))),
      ...leftAlone(latest, observed),
    ],
    previousDeploymentId: latest?.id ?? null,
  });
  const about = { at: now, service: service.key, deploymentId: deployment.id };
  const held = heldVersion(followed, deployment.id, changed, now);
  const text = `A deployment was detected: ${changed.map(nameIn).join(', ')} changed without being registered.`;
  return {
    newDeployments: [held ? { ...deployment, putBack: held.putBack } : deployment],
    events: [
      ...(latest ? recreatedEvents(latest, deployment, now) : []),
      eventAbout({ ...about, type: 'deployment.detected', text }),
      ...(held ? [held.event] : []),
    ],
    notifications: held ? [held.notification] : [],
  };
}

function changeIn(
  { workload, snapshot }: ObservedWorkload,
  known: WorkloadChange['before'],
  isChanged: boolean,
): WorkloadChange {
  const target = { kind: workload.kind, name: workload.name };
  if (isChanged) return { kind: 'workload', target, before: known, after: snapshot };
  const { configuration } = snapshot;
  const after = known && configuration ? { ...known, configuration } : (known ?? snapshot);
  return { kind: 'workload', target, before: known ?? snapshot, after };
}

/** Those that were not seen now stay known as they were. */
function leftAlone(latest: Deployment | null, observed: readonly ObservedWorkload[]): WorkloadChange[] {
  return (latest ? workloadChanges(latest) : []).flatMap(({ target, before, after }) => {
    const isSeen = observed.some(({ workload }) => isSameWorkload(workload, target));
    const known = after ?? before;
    return isSeen || !known ? [] : [{ kind: 'workload', target, before: known, after: known }];
  });
}

function nameIn({ workload }: { workload: WorkloadRef }): string {
  return workloadInWords(workload);
}
