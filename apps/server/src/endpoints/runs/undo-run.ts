import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { answerCommand } from './read-run.ts';
import { Run } from './run-schema.ts';

export const undoRun = defineEndpoint({
  operationId: 'undoRun',
  method: 'POST',
  url: '/runs/:id/undo',
  tag: 'runs',
  summary: 'Take a run back before it started',
  params: IdParams,
  answer: Run,
  async handle(deps, { params: { id }, caller }) {
    const { store, clock } = deps;
    const result = await store.commands.undoRun(id, caller.name, clock.now());
    return answerCommand(deps, id, result);
  },
});
