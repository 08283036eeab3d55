import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Notification } from '../notification/notification.ts';
import { workloadInWords } from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import type { FollowedService } from './followed-service.ts';
import { isHeld } from './hold.ts';

interface HeldVersion {
  event: NewEvent;
  notification: Notification;
}

/**
 * A held version that serves again, registered or not: it wakes somebody, because Lastgood took it back before and nobody
 * has released it. Null when none of what is new is held.
 */
export function heldVersion(
  { service, holds }: FollowedService,
  deploymentId: string,
  changed: readonly ObservedWorkload[],
  now: number,
): HeldVersion | null {
  const held = changed.find(({ snapshot }) =>
    holds.some((hold) => isHeld(hold, snapshot.templateDigest, Object.values(snapshot.imageDigests))),
  );
  if (!held) return null;
  const text = `A held version is back: ${workloadInWords(held.workload)} was set to it again, and nobody has released the hold.`;
  const about = { at: now, service: service.key, deploymentId };
  return {
    event: eventAbout({ ...about, type: 'hold.ignored', text }),
    notification: {
      ...{ key: `deployment/${deploymentId}/held_version_back`, kind: 'held_version_back', urgency: 'page' },
      ...{ ...about, runId: null, title: `${service.key}: a held version is back` },
      text: `${text} Roll it back, or release the hold if it is meant.`,
    },
  };
}
