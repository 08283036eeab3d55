import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run, RunEdit } from './run-schema.ts';

export const editRun = defineEndpoint({
  operationId: 'editRun',
  method: 'PATCH',
  url: '/runs/:id',
  lane: 'acting',
  tag: 'runs',
  summary: 'Write the reason of a run better',
  params: IdParams,
  body: RunEdit,
  answer: Run,
  handle: (deps, { params: { id }, body, caller }) =>
    commandRun(deps, id, caller, { command: 'edit', reason: body.reason.trim() }),
});
