import { eventAbout } from '../audit/events.ts';
import { lastKnown, type ObservedWorkload } from './capture.ts';
import type { DeploymentCommit } from './deployment-commit.ts';
import { detected } from './detected.ts';
import type { FollowedService } from './followed-service.ts';
import { isHeld } from './hold.ts';

/** A template nobody registered: a deployment of its own, from what served before. */
export function detect(
  followed: FollowedService,
  changed: readonly ObservedWorkload[],
  now: number,
): DeploymentCommit {
  const deployment = detected(followed, changed, now, {
    changes: changed.map(({ workload, snapshot }) => ({
      kind: 'workload',
      target: workload,
      before: lastKnown(followed.latest, workload.name),
      after: snapshot,
    })),
    previousDeploymentId: followed.latest?.id ?? null,
  });
  const held = changed.find(({ snapshot }) =>
    followed.holds.some((hold) =>
      isHeld(hold, snapshot.templateDigest, Object.values(snapshot.imageDigests)),
    ),
  );
  const text = held
    ? `A held version is back: somebody deployed it to ${held.workload.kind} ${held.workload.name} outside Lastgood.`
    : `A deployment was detected: ${changed.map(({ workload }) => `${workload.kind} ${workload.name}`).join(', ')} changed without being registered.`;
  return {
    newDeployments: [deployment],
    events: [
      eventAbout({
        ...{ type: 'deployment.detected', at: now, text },
        ...{ service: followed.service.key, deploymentId: deployment.id },
      }),
    ],
  };
}
