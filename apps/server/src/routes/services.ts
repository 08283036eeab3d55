import { Type } from 'typebox';
import type { Operations } from '../operations.ts';
import {
  Hold,
  ServiceInput,
  ServicePage,
  ServiceView,
  TriggerSet,
  TriggerSetInput,
  TriggerSetList,
} from '../schemas/index.ts';
import { PageQuery, ref, strict } from '../schemas/named.ts';
import type { Api } from './api.ts';
import { answers, IdempotencyHeaders, IdParams, ServiceParams } from './route-parts.ts';

const SetParams = strict({ name: Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' }) });

export function serviceRoutes(api: Api, operations: Operations): void {
  const tags = ['services'];
  api.get(
    '/services',
    {
      schema: {
        operationId: 'listServices',
        tags,
        summary: 'Every declared service and how it stands',
        querystring: strict({
          ...PageQuery.properties,
          search: Type.Optional(Type.String({ maxLength: 200 })),
        }),
        response: answers(200, ServicePage),
      },
    },
    (request) => operations.listServices(request.query),
  );
  api.get(
    '/services/:cluster/:namespace/:name',
    {
      schema: {
        operationId: 'serviceView',
        tags,
        summary: 'One service: its declaration, its triggers, its holds',
        params: ServiceParams,
        response: answers(200, ServiceView),
      },
    },
    (request) => operations.serviceView(request.params),
  );
  api.put(
    '/services/:cluster/:namespace/:name',
    {
      schema: {
        operationId: 'applyService',
        tags,
        summary: 'Declare a service; what serves now becomes its presumed good release',
        params: ServiceParams,
        body: ref(ServiceInput),
        response: answers(200, ServiceView),
      },
    },
    (request) => operations.applyService(request.params, request.body, request.caller),
  );
  api.post(
    '/holds/:id/release',
    {
      schema: {
        operationId: 'releaseHold',
        tags,
        summary: 'Let a version that was taken back be deployed again',
        params: IdParams,
        headers: IdempotencyHeaders,
        response: answers(200, Hold),
      },
    },
    (request) => operations.releaseHold(request.params.id, request.caller),
  );
}

export function triggerSetRoutes(api: Api, operations: Operations): void {
  const tags = ['trigger sets'];
  api.get(
    '/trigger-sets',
    {
      schema: {
        operationId: 'listTriggerSets',
        tags,
        summary: 'The named lists of triggers services refer to',
        response: answers(200, TriggerSetList),
      },
    },
    () => operations.listTriggerSets(),
  );
  api.get(
    '/trigger-sets/:name',
    {
      schema: {
        operationId: 'triggerSetView',
        tags,
        summary: 'One trigger set',
        params: SetParams,
        response: answers(200, TriggerSet),
      },
    },
    (request) => operations.triggerSetView(request.params.name),
  );
  api.put(
    '/trigger-sets/:name',
    {
      schema: {
        operationId: 'applyTriggerSet',
        tags,
        summary: 'Create or replace a trigger set; its queries are linted',
        params: SetParams,
        body: ref(TriggerSetInput),
        response: answers(200, TriggerSet),
      },
    },
    (request) => operations.applyTriggerSet(request.params.name, request.body),
  );
}
