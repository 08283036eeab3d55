import { type Static, Type } from 'typebox';
import { Instant, named, nullable, page } from '../../wire/named.ts';

export const TimelineEvent = named(
  'TimelineEvent',
  Type.Object({
    id: Type.Integer(),
    at: Instant,
    type: Type.String(),
    service: Type.String(),
    deploymentId: nullable(Type.String()),
    runId: nullable(Type.String()),
    text: Type.String(),
  }),
);
export type TimelineEvent = Static<typeof TimelineEvent>;

export const EventPage = named('EventPage', page(TimelineEvent));
