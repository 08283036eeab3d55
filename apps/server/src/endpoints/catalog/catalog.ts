import { defineEndpoint } from '../endpoint.ts';
import { toCatalogDto } from './catalog-dto.ts';
import { Catalog } from './catalog-schema.ts';

export const catalog = defineEndpoint({
  operationId: 'catalog',
  method: 'GET',
  url: '/catalog',
  tag: 'overview',
  summary: 'What can be configured, and what is',
  answer: Catalog,
  handle: async ({ configured, sources }) => toCatalogDto(configured, sources),
});
