import { ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { markOf, readPage } from '../paging.ts';
import { toHoldDto } from './hold-dto.ts';
import { HoldPage } from './hold-schema.ts';

export const listHolds = defineEndpoint({
  operationId: 'listHolds',
  method: 'GET',
  url: '/holds',
  tag: 'services',
  summary: 'Versions that were taken back and are not let in again, newest first',
  querystring: strict({ ...PageQuery.properties, service: Type.Optional(ServiceKeyText()) }),
  answer: HoldPage,
  handle: ({ store }, { query: { service, ...page } }) =>
    readPage(page, {
      start: markOf,
      read: (after, limit) => store.views.holds({ service, after, limit }),
      toItem: toHoldDto,
      mark: ({ placedAt, id }) => ({ at: placedAt, id }),
    }),
});
