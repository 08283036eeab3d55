import { Label } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { keyOf, readPage } from '../paging.ts';
import { toServiceSummary } from './service-dto.ts';
import { ServicePage } from './service-view-schema.ts';

export const listServices = defineEndpoint({
  operationId: 'listServices',
  method: 'GET',
  url: '/services',
  tag: 'services',
  summary: 'Every declared service and how it stands',
  querystring: strict({
    ...PageQuery.properties,
    search: Type.Optional(Label()),
  }),
  answer: ServicePage,
  handle: ({ store, sources }, { query: { search, ...page } }) =>
    readPage(page, {
      start: keyOf,
      read: (after, limit) => store.views.services({ search, after, limit }),
      toItem: (row) => toServiceSummary(row, sources.seenNow(row.service.key)),
      mark: (row) => row.service.key,
    }),
});
