import { Type } from 'typebox';
import type { Operations } from '../operations.ts';
import { Catalog, EventPage, NowView, SystemStatus } from '../schemas/index.ts';
import { PageQuery, strict } from '../schemas/named.ts';
import type { Api } from './api.ts';
import { answers } from './route-parts.ts';

export function overviewRoutes(api: Api, operations: Operations): void {
  api.get(
    '/now',
    {
      schema: {
        operationId: 'nowView',
        tags: ['overview'],
        summary: 'What is watched, pending, firing and rolling back',
        response: answers(200, NowView),
      },
    },
    () => operations.nowView(),
  );
  api.get(
    '/status',
    {
      schema: {
        operationId: 'systemStatus',
        tags: ['overview'],
        summary: 'How Lastgood itself and the systems it depends on are',
        response: answers(200, SystemStatus),
      },
    },
    () => operations.systemStatus(),
  );
  api.get(
    '/catalog',
    {
      schema: {
        operationId: 'catalog',
        tags: ['overview'],
        summary: 'What can be configured, and what is',
        response: answers(200, Catalog),
      },
    },
    () => operations.catalog(),
  );
  api.get(
    '/events',
    {
      schema: {
        operationId: 'listEvents',
        tags: ['overview'],
        summary: 'The event log, newest first',
        querystring: strict({
          ...PageQuery.properties,
          service: Type.Optional(Type.String()),
          deployment: Type.Optional(Type.String()),
          run: Type.Optional(Type.String()),
        }),
        response: answers(200, EventPage),
      },
    },
    (request) => operations.listEvents(request.query),
  );
}
