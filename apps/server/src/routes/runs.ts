import { Type } from 'typebox';
import type { Operations } from '../operations.ts';
import { Run, RunEdit, RunPage, RunSkip, RunStopInput, RunView } from '../schemas/index.ts';
import { literals, PageQuery, ref, strict } from '../schemas/named.ts';
import type { Api } from './api.ts';
import { answers, IdempotencyHeaders, IdParams } from './route-parts.ts';

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
        headers: IdempotencyHeaders,
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
        headers: IdempotencyHeaders,
        response: answers(200, Run),
      },
    },
    (request) => operations.resumeRun(request.params.id, request.caller),
  );
  api.post(
    '/runs/:id/retry',
    {
      schema: {
        operationId: 'retryRun',
        tags,
        summary: 'Try the failed step of a stopped run again, and go on',
        params: IdParams,
        headers: IdempotencyHeaders,
        response: answers(200, Run),
      },
    },
    (request) => operations.retryRun(request.params.id, request.caller),
  );
  api.post(
    '/runs/:id/skip',
    {
      schema: {
        operationId: 'skipStep',
        tags,
        summary: 'Leave out the step in progress, with a reason, and go on',
        description:
          'Only steps that look may be left out. A run whose verification is left out ends as stopped, never as verified.',
        params: IdParams,
        headers: IdempotencyHeaders,
        body: ref(RunSkip),
        response: answers(200, Run),
      },
    },
    (request) => operations.skipStep(request.params.id, request.body, request.caller),
  );
  api.post(
    '/runs/:id/stop',
    {
      schema: {
        operationId: 'stopRun',
        tags,
        summary: 'Stop a run in a known place',
        description:
          'A step whose effect may be on its way is ended first; then the run is stopped, or cancelled when nothing was changed. The answer comes before that.',
        params: IdParams,
        headers: IdempotencyHeaders,
        body: ref(RunStopInput),
        response: answers(200, Run),
      },
    },
    (request) => operations.stopRun(request.params.id, request.body, request.caller),
  );
}
