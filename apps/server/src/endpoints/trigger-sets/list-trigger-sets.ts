import { PageQuery } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { keyOf, readPage } from '../paging.ts';
import { toTriggerSetDto } from './trigger-set-dto.ts';
import { TriggerSetPage } from './trigger-set-schema.ts';

export const listTriggerSets = defineEndpoint({
  operationId: 'listTriggerSets',
  method: 'GET',
  url: '/trigger-sets',
  tag: 'trigger sets',
  summary: 'The named lists of triggers services refer to',
  querystring: PageQuery,
  answer: TriggerSetPage,
  handle: ({ store }, { query }) =>
    readPage(query, {
      start: keyOf,
      read: (after, limit) => store.views.triggerSets({ after, limit }),
      toItem: (set) => toTriggerSetDto(set),
      mark: ({ name }) => name,
    }),
});
