import { notFound } from '../../problems/problem-error.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toTriggerSetDto } from './trigger-set-dto.ts';
import { SetParams, TriggerSet } from './trigger-set-schema.ts';

export const triggerSetView = defineEndpoint({
  operationId: 'triggerSetView',
  method: 'GET',
  url: '/trigger-sets/:name',
  tag: 'trigger sets',
  summary: 'One trigger set',
  params: SetParams,
  answer: TriggerSet,
  async handle({ store }, { params: { name } }) {
    const set = await store.triggerSets.get(name);
    if (!set)
      throw notFound(`There is no trigger set ${name}. Create it with PUT /api/v1/trigger-sets/${name}.`);
    return toTriggerSetDto(set);
  },
});
