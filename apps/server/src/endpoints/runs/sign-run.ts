import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run } from './run-schema.ts';

export const signRun = defineEndpoint({
  operationId: 'signRun',
  method: 'POST',
  url: '/runs/:id/sign',
  lane: 'acting',
  tag: 'runs',
  summary: 'Put your name to a rollback that was asked for without one',
  params: IdParams,
  answer: Run,
  handle: (deps, { params: { id }, caller }) => commandRun(deps, id, caller, { command: 'sign' }),
});
