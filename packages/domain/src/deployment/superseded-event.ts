import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { Deployment } from './deployment.ts';

/** An older deployment is no longer watched, because a newer one of its service began. */
export function supersededEvent(
  older: Pick<Deployment, 'id' | 'release'>,
  newer: Pick<Deployment, 'id' | 'release' | 'service' | 'startedAt'>,
): NewEvent {
  return eventAbout({
    type: 'deployment.superseded',
    at: newer.startedAt,
    service: newer.service,
    deploymentId: older.id,
    text: `Release ${older.release} is no longer watched: release ${newer.release} replaced it`,
    data: { by: newer.id },
  });
}
