import { eventUrgency, type StoredEvent } from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import { cursorBehind } from '../paging.ts';
import { within } from '../within.ts';
import type { TimelineEvent } from './event-schema.ts';

export function toTimelineEvent(event: StoredEvent): TimelineEvent {
  return {
    id: event.id,
    at: iso(event.at),
    type: event.type,
    urgency: eventUrgency(event.type),
    service: event.service,
    deploymentId: event.deploymentId,
    runId: event.runId,
    text: event.text,
  };
}

const mostEvents = 200;

/** The newest of a timeline, oldest first, and the cursor with which `GET /events` goes on behind them. */
export function toTimeline(events: readonly StoredEvent[]): {
  timeline: TimelineEvent[];
  earlier: string | null;
} {
  const shown = within(events.toReversed().map(toTimelineEvent), mostEvents);
  const oldest = shown.at(-1);
  return {
    timeline: shown.toReversed(),
    earlier: oldest && shown.length < events.length ? cursorBehind(oldest) : null,
  };
}
