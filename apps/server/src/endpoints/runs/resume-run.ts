import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run } from './run-schema.ts';

export const resumeRun = defineEndpoint({
  operationId: 'resumeRun',
  method: 'POST',
  url: '/runs/:id/resume',
  lane: 'acting',
  tag: 'runs',
  summary: 'Go on with a stopped run from the step it stopped at',
  params: IdParams,
  answer: Run,
  handle: (deps, { params: { id }, caller }) => commandRun(deps, id, caller, { command: 'resume' }),
});
