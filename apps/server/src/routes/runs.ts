import { Type } from 'typebox';
import type { Operations } from '../operations.ts';
import { Run, RunEdit, RunPage, RunView } from '../schemas/index.ts';
import { literals, PageQuery, ref, strict } from '../schemas/named.ts';
import type { Api } from './api.ts';
import { answers, IdParams } from './route-parts.ts';

const tags = ['runs'];

export function runRoutes(api: Api, operations: Operations): void {
  api.get(
    '/runs',
    {
      schema: {
        operationId: 'listRuns',
        tags,
        summary: 'Rollback runs, newest first',
        querystring: strict({
          ...PageQuery.properties,
          service: Type.Optional(Type.String()),
          deployment: Type.Optional(Type.String()),
          status: Type.Optional(literals(['queued', 'running', 'done', 'stopped', 'cancelled'])),
        }),
        response: answers(200, RunPage),
      },
    },
    (request) => operations.listRuns(request.query),
  );
  api.get(
    '/runs/:id',
    {
      schema: {
        operationId: 'runView',
        tags,
        summary: 'The incident record of one run',
        params: IdParams,
        response: answers(200, RunView),
      },
    },
    (request) => operations.runView(request.params.id),
  );
  api.patch(
    '/runs/:id',
    {
      schema: {
        operationId: 'editRun',
        tags,
        summary: 'Write the reason of a run better',
        params: IdParams,
        body: ref(RunEdit),
        response: answers(200, Run),
      },
    },
    (request) => operations.editRun(request.params.id, request.body, request.caller),
  );
  runActionRoutes(api, operations);
}

function runActionRoutes(api: Api, operations: Operations): void {
  api.post(
    '/runs/:id/undo',
    {
      schema: {
        operationId: 'undoRun',
        tags,
        summary: 'Take a run back before it started',
        params: IdParams,
        response: answers(200, Run),
      },
    },
    (request) => operations.undoRun(request.params.id, request.caller),
  );
  api.post(
    '/runs/:id/resume',
    {
      schema: {
        operationId: 'resumeRun',
        tags,
        summary: 'Go on with a stopped run from the step it stopped at',
        params: IdParams,
        response: answers(200, Run),
      },
    },
    (request) => operations.resumeRun(request.params.id, request.caller),
  );
}
