import { serviceKey } from '@lastgood/domain';
import { refusedChecks } from '../../declaration/declare-check.ts';
import { unheardInWords } from '../../outside/receivers-in-words.ts';
import { notFound } from '../../problems/problem-error.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { readStandings } from '../standing/read-standings.ts';
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
  deps: EndpointDependencies,
  key: string,
  warnings: string[],
): Promise<wire.ServiceView> {
  const { store, sources, probe, clock, metrics, receivers } = deps;
  const [row, standings] = await Promise.all([
    store.views.service(key),
    readStandings(deps, [key], clock.now()),
  ]);
  const standing = standings.of(key)?.standing;
  if (!row || !standing)
    throw notFound(`There is no service ${key}. Declare it with PUT /api/v1/services/${key}.`);
  const { trouble } = sources.seenNow(key);
  const told = [...warnings, ...refusedChecks(row.service.checks, probe)];
  const unheard = isSample(key) ? null : unheardInWords(receivers, row.service);
  return { ...toServiceView(row, standing, trouble, told, metrics), unheard };
}

/** What the sample world brings with it wakes nobody, and need not. */
function isSample(key: string): boolean {
  return key.startsWith('sandbox/');
}
