import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run, RunSkip } from './run-schema.ts';

export const skipStep = defineEndpoint({
  operationId: 'skipStep',
  method: 'POST',
  url: '/runs/:id/skip',
  lane: 'acting',
  tag: 'runs',
  summary: 'Leave out the step in progress, with a reason, and go on',
  description:
    'Only steps that look may be left out. A run whose verification is left out ends as stopped, never as verified.',
  params: IdParams,
  body: RunSkip,
  answer: Run,
  handle: (deps, { params: { id }, body, caller }) =>
    commandRun(deps, id, caller, { command: 'skip', ordinal: body.ordinal, reason: body.reason.trim() }),
});
