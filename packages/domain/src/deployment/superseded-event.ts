import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Deployment } from './deployment.ts';
import { releaseName, releaseSubject } from './release-words.ts';

/** An older deployment is no longer watched, because a newer one of its service began. */
export function supersededEvent(
  older: Pick<Deployment, 'id' | 'release' | 'version' | 'origin'>,
  newer: Pick<Deployment, 'id' | 'release' | 'version' | 'origin' | 'service' | 'startedAt'>,
): NewEvent {
  return eventAbout({
    type: 'deployment.superseded',
    at: newer.startedAt,
    service: newer.service,
    deploymentId: older.id,
    text: `${releaseSubject(older)} is no longer watched: ${releaseName(newer)} came after it`,
    data: { by: newer.id },
  });
}
