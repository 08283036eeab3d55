import { Id, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { literals, PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
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
    service: Type.Optional(ServiceKeyText()),
    deployment: Type.Optional(Id()),
    status: Type.Optional(literals(['queued', 'running', 'done', 'stopped', 'cancelled'])),
  }),
  answer: RunPage,
  handle: ({ store, clock }, { query: { service, deployment, status, ...page } }) =>
    readPage(page, {
      start: markOf,
      read: (after, limit) => store.views.runs({ service, deployment, status, after, limit }),
      toItem: (row) => toRunDto(row, clock.now()),
      mark: ({ run }) => ({ at: run.createdAt, id: run.id }),
    }),
});
