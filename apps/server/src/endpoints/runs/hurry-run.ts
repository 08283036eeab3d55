import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { commandRun } from './read-run.ts';
import { Run } from './run-schema.ts';

export const hurryRun = defineEndpoint({
  operationId: 'hurryRun',
  method: 'POST',
  url: '/runs/:id/hurry',
  lane: 'acting',
  tag: 'runs',
  summary: 'Send all of the traffic back at once instead of in stages',
  description:
    'As soon as enough of the old version is ready for it. Gates are not waited for any more; a copy that turns out sick is still left.',
  params: IdParams,
  answer: Run,
  handle: (deps, { params: { id }, caller }) => commandRun(deps, id, caller, { command: 'hurry' }),
});
