import { Id, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
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
    service: Type.Optional(ServiceKeyText()),
    deployment: Type.Optional(Id()),
    run: Type.Optional(Id()),
  }),
  answer: EventPage,
  handle: ({ store }, { query: { service, deployment, run, ...page } }) =>
    readPage(page, {
      start: idOf,
      read: (before, limit) => store.views.events({ service, deployment, run, before, limit }),
      toItem: toTimelineEvent,
      mark: (event) => event.id,
    }),
});
