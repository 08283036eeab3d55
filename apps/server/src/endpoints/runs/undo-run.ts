import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run } from './run-schema.ts';

export const undoRun = defineEndpoint({
  operationId: 'undoRun',
  method: 'POST',
  url: '/runs/:id/undo',
  lane: 'acting',
  tag: 'runs',
  summary: 'Take a run back before it started',
  params: IdParams,
  answer: Run,
  handle: (deps, { params: { id }, caller }) => commandRun(deps, id, caller, { command: 'undo' }),
});
