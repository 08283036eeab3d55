import { standingStates } from '@lastgood/domain';
import { ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { literals, PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ServiceQuery, servicesIn } from '../narrowing.ts';
import { keyOf, readPage } from '../paging.ts';
import { readStandings } from '../standing/read-standings.ts';
import { inState } from './in-state.ts';
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
    ...ServiceQuery.properties,
    state: Type.Optional(literals(standingStates.filter((state) => state !== 'past'))),
    near: Type.Optional(
      ServiceKeyText({ description: 'Only this service, what it needs and what needs it.' }),
    ),
  }),
  answer: ServicePage,
  handle: (deps, { query }) => {
    const keep = inState(query.state);
    return readPage(query, {
      start: keyOf,
      async read(after, most) {
        const wanted = { ...servicesIn(query), near: query.near, after, limit: most };
        const rows = await deps.store.views.services(wanted);
        const keys = rows.map((row) => row.service.key);
        const standings = await readStandings(deps, keys, deps.clock.now());
        return rows.flatMap((row) => {
          const found = standings.of(row.service.key);
          return found ? [{ row, standing: found.standing }] : []; // deleted in between
        });
      },
      toItem: ({ row, standing }) => toServiceSummary(row, standing, deps.sources.troubleOf(row.service.key)),
      mark: ({ row }) => row.service.key,
      ...(keep ? { keep } : {}),
    });
  },
});
