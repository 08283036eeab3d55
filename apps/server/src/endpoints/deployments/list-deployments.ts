import { Label, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { PageQuery, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { markOf, readPage } from '../paging.ts';
import { toDeploymentDto } from './deployment-dto.ts';
import { DeploymentPage } from './deployment-schema.ts';

export const listDeployments = defineEndpoint({
  operationId: 'listDeployments',
  method: 'GET',
  url: '/deployments',
  tag: 'deployments',
  summary: 'Deployments, newest first',
  querystring: strict({
    ...PageQuery.properties,
    service: Type.Optional(ServiceKeyText()),
    search: Type.Optional(Label({ description: 'How the version or the commit begins, without case.' })),
  }),
  answer: DeploymentPage,
  handle: ({ store }, { query: { service, search, ...page } }) =>
    readPage(page, {
      start: markOf,
      read: (after, limit) => store.views.deployments({ service, search, after, limit }),
      toItem: (deployment) => toDeploymentDto(deployment),
      mark: ({ startedAt, id }) => ({ at: startedAt, id }),
    }),
});
