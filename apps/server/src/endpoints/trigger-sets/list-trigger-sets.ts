import { defineEndpoint } from '../endpoint.ts';
import { toTriggerSetDto } from './trigger-set-dto.ts';
import { TriggerSetList } from './trigger-set-schema.ts';

export const listTriggerSets = defineEndpoint({
  operationId: 'listTriggerSets',
  method: 'GET',
  url: '/trigger-sets',
  tag: 'trigger sets',
  summary: 'The named lists of triggers services refer to',
  answer: TriggerSetList,
  async handle({ store }) {
    return { items: (await store.triggerSets.list()).map((set) => toTriggerSetDto(set)) };
  },
});
