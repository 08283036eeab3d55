import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { answerCommand } from './read-run.ts';
import { Run } from './run-schema.ts';

export const resumeRun = defineEndpoint({
  operationId: 'resumeRun',
  method: 'POST',
  url: '/runs/:id/resume',
  tag: 'runs',
  summary: 'Go on with a stopped run from the step it stopped at',
  params: IdParams,
  answer: Run,
  async handle(deps, { params: { id }, caller }) {
    const { store, clock } = deps;
    const result = await store.commands.resumeRun(id, caller.name, clock.now());
    return answerCommand(deps, id, result);
  },
});
