import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run } from './run-schema.ts';

export const retryRun = defineEndpoint({
  operationId: 'retryRun',
  method: 'POST',
  url: '/runs/:id/retry',
  lane: 'acting',
  tag: 'runs',
  summary: 'Try the failed step of a stopped run again, and go on',
  params: IdParams,
  answer: Run,
  handle: (deps, { params: { id }, caller }) => commandRun(deps, id, caller, { command: 'retry' }),
});
