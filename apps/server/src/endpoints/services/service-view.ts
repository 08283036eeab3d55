import { serviceKey } from '@lastgood/domain';
import { refusedChecks } from '../../declaration/declare-check.ts';
import { notFound } from '../../problems/problem-error.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { toServiceView } from './service-dto.ts';
import { ServiceParams } from './service-params.ts';
import * as wire from './service-view-schema.ts';

export const serviceView = defineEndpoint({
  operationId: 'serviceView',
  method: 'GET',
  url: '/services/:cluster/:namespace/:name',
  tag: 'services',
  summary: 'One service: its declaration, its triggers, its holds',
  params: ServiceParams,
  answer: wire.ServiceView,
  handle: (deps, { params: { cluster, namespace, name } }) =>
    readServiceView(deps, serviceKey(cluster, namespace, name), []),
});

export async function readServiceView(
  { store, sources, probe }: EndpointDependencies,
  key: string,
  warnings: string[],
): Promise<wire.ServiceView> {
  const row = await store.views.service(key);
  if (!row) throw notFound(`There is no service ${key}. Declare it with PUT /api/v1/services/${key}.`);
  return toServiceView(row, sources.seenNow(key), [...warnings, ...refusedChecks(row.service.checks, probe)]);
}
