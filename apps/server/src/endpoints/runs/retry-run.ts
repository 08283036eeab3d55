import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { answerCommand } from './read-run.ts';
import { Run } from './run-schema.ts';

export const retryRun = defineEndpoint({
  operationId: 'retryRun',
  method: 'POST',
  url: '/runs/:id/retry',
  tag: 'runs',
  summary: 'Try the failed step of a stopped run again, and go on',
  params: IdParams,
  answer: Run,
  async handle(deps, { params: { id }, caller }) {
    const { store, clock } = deps;
    const result = await store.commands.retryRun(id, caller.name, clock.now());
    return answerCommand(deps, id, result);
  },
});
