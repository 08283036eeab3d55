import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { answerCommand } from './read-run.ts';
import { Run, RunEdit } from './run-schema.ts';

export const editRun = defineEndpoint({
  operationId: 'editRun',
  method: 'PATCH',
  url: '/runs/:id',
  tag: 'runs',
  summary: 'Write the reason of a run better',
  params: IdParams,
  body: RunEdit,
  answer: Run,
  async handle(deps, { params: { id }, body, caller }) {
    const { store, clock } = deps;
    const result = await store.commands.editRun(id, body.reason, caller.name, clock.now());
    return answerCommand(deps, id, result);
  },
});
