import type { StoredEvent } from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import type { TimelineEvent } from './event-schema.ts';

export function toTimelineEvent(event: StoredEvent): TimelineEvent {
  return {
    id: event.id,
    at: iso(event.at),
    type: event.type,
    service: event.service,
    deploymentId: event.deploymentId,
    runId: event.runId,
    text: event.text,
  };
}
