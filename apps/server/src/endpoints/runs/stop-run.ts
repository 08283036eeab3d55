import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run, RunStopInput } from './run-schema.ts';

export const stopRun = defineEndpoint({
  operationId: 'stopRun',
  method: 'POST',
  url: '/runs/:id/stop',
  lane: 'acting',
  tag: 'runs',
  summary: 'Stop a run in a known place',
  description:
    'A step whose effect may be on its way is ended first; then the run is stopped, or cancelled when nothing was changed. The answer comes before that.',
  params: IdParams,
  body: RunStopInput,
  answer: Run,
  handle: (deps, { params: { id }, body, caller }) =>
    commandRun(deps, id, caller, { command: 'stop', reason: body.reason?.trim() ?? null }),
});
