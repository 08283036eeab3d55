import { eventKinds, eventTypesOf, eventUrgencies } from '@lastgood/domain';
import { Id, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { literals, PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { rangeIn, ServiceQuery, servicesIn, TimeQuery } from '../narrowing.ts';
import { idOf, readPage } from '../paging.ts';
import { toTimelineEvent } from './event-dto.ts';
import { EventPage } from './event-schema.ts';

export const listEvents = defineEndpoint({
  operationId: 'listEvents',
  method: 'GET',
  url: '/events',
  tag: 'overview',
  summary: 'The event log, newest first',
  querystring: strict({
    ...PageQuery.properties,
    ...ServiceQuery.properties,
    ...TimeQuery.properties,
    service: Type.Optional(ServiceKeyText()),
    deployment: Type.Optional(Id()),
    run: Type.Optional(Id()),
    kind: Type.Optional(literals(eventKinds, 'What it is about: the first word of its type.')),
    urgency: Type.Optional(literals(eventUrgencies, 'What it asks of its reader.')),
  }),
  answer: EventPage,
  handle: ({ store }, { query }) => {
    const { service, deployment, run, kind, urgency } = query;
    const types = eventTypesOf(kind, urgency) ?? undefined;
    const about = { service, deployment, run, types };
    const asked = { ...about, ...servicesIn(query), ...rangeIn(query) };
    return readPage(query, {
      start: idOf,
      read: (before, most) => store.views.events({ ...asked, before, limit: most }),
      toItem: toTimelineEvent,
      mark: (event) => event.id,
    });
  },
});
