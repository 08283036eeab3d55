import { Label } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { keyOf, readPage } from '../paging.ts';
import { readStandings } from '../standing/read-standings.ts';
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
  handle: (deps, { query: { search, ...page } }) =>
    readPage(page, {
      start: keyOf,
      async read(after, limit) {
        const rows = await deps.store.views.services({ search, after, limit });
        const keys = rows.map((row) => row.service.key);
        const standings = await readStandings(deps, keys, deps.clock.now());
        return rows.flatMap((row) => {
          const found = standings.of(row.service.key);
          return found ? [{ row, standing: found.standing }] : []; // deleted in between
        });
      },
      toItem: ({ row, standing }) => toServiceSummary(row, standing, deps.sources.troubleOf(row.service.key)),
      mark: ({ row }) => row.service.key,
    }),
});
