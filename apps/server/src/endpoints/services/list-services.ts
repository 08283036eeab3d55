import { ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ServiceQuery, servicesIn } from '../narrowing.ts';
import { keyOf, readPage } from '../paging.ts';
import { inState } from './in-state.ts';
import { toServiceSummary } from './service-dto.ts';
import { ServicePage, ServiceState } from './service-view-schema.ts';

export const listServices = defineEndpoint({
  operationId: 'listServices',
  method: 'GET',
  url: '/services',
  tag: 'services',
  summary: 'Every declared service and how it stands',
  querystring: strict({
    ...PageQuery.properties,
    ...ServiceQuery.properties,
    state: Type.Optional(ServiceState),
    near: Type.Optional(
      ServiceKeyText({ description: 'Only this service, what it needs and what needs it.' }),
    ),
  }),
  answer: ServicePage,
  handle: ({ store, sources }, { query }) => {
    const keep = inState(query.state);
    return readPage(query, {
      start: keyOf,
      read: (after, most) =>
        store.views.services({ ...servicesIn(query), near: query.near, after, limit: most }),
      toItem: (row) => toServiceSummary(row, sources.seenNow(row.service.key)),
      mark: (row) => row.service.key,
      ...(keep ? { keep } : {}),
    });
  },
});
