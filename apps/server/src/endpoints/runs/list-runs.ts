import { Id, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { literals, PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { rangeIn, ServiceQuery, servicesIn, TimeQuery } from '../narrowing.ts';
import { markOf, readPage } from '../paging.ts';
import { toRunDto } from './run-dto.ts';
import { RunPage } from './run-schema.ts';

export const listRuns = defineEndpoint({
  operationId: 'listRuns',
  method: 'GET',
  url: '/runs',
  tag: 'runs',
  summary: 'Rollback runs, newest first',
  querystring: strict({
    ...PageQuery.properties,
    ...ServiceQuery.properties,
    ...TimeQuery.properties,
    service: Type.Optional(ServiceKeyText()),
    deployment: Type.Optional(Id()),
    status: Type.Optional(literals(['queued', 'running', 'done', 'stopped', 'cancelled'])),
  }),
  answer: RunPage,
  handle: ({ store, clock }, { query }) => {
    const { service, deployment, status } = query;
    const asked = { service, deployment, status, ...servicesIn(query), ...rangeIn(query) };
    return readPage(query, {
      start: markOf,
      read: (after, most) => store.views.runs({ ...asked, after, limit: most }),
      toItem: (row) => toRunDto(row, clock.now()),
      mark: ({ run }) => ({ at: run.createdAt, id: run.id }),
    });
  },
});
