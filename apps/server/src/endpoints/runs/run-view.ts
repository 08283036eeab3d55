import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { noRun } from './read-run.ts';
import { RunView } from './run-schema.ts';
import { toRunView } from './run-view-dto.ts';

export const runView = defineEndpoint({
  operationId: 'runView',
  method: 'GET',
  url: '/runs/:id',
  tag: 'runs',
  summary: 'The incident record of one run',
  params: IdParams,
  answer: RunView,
  async handle({ store, clock, sources }, { params: { id } }) {
    const row = await store.views.run(id);
    if (!row) throw noRun(id);
    return toRunView(row, clock.now(), sources.troubleOf);
  },
});
