import { eventUrgencies } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, page, ref } from '../../wire/named.ts';

export const TimelineEvent = named(
  'TimelineEvent',
  Type.Object({
    id: Type.Integer(),
    at: Instant,
    type: Type.String(),
    urgency: literals(eventUrgencies, 'What it asks of its reader; GET /events can be narrowed by it.'),
    service: Type.String(),
    deploymentId: nullable(Type.String()),
    runId: nullable(Type.String()),
    text: Type.String(),
  }),
);
export type TimelineEvent = Static<typeof TimelineEvent>;

/** What a view has of the events about its subject. */
export const Timeline = {
  timeline: Type.Array(ref(TimelineEvent), { description: 'Newest last, at most 200.' }),
  earlier: nullable(
    Type.String(),
    'Where older events go on: the `cursor` of GET /events about the same deployment or run; null when all are here.',
  ),
};

export const EventPage = named('EventPage', page(TimelineEvent));
