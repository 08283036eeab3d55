import { effectiveTriggers, routeFaults, type Service, serviceKey, variablesOf } from '@lastgood/domain';
import { refusedChecks } from '../../declaration/declare-check.ts';
import { warnOfUntold } from '../../declaration/warn-of-untold.ts';
import type { Receivers } from '../../outside/receivers.ts';
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

const dayMs = 86_400_000;

export async function readServiceView(
  deps: EndpointDependencies,
  key: string,
  warnings: string[],
): Promise<wire.ServiceView> {
  const { store, sources, probe, clock, metrics, receivers } = deps;
  const [row, untold, standings] = await Promise.all([
    store.views.service(key),
    store.views.untoldPlaces(clock.now() - dayMs),
    readStandings(deps, [key], clock.now()),
  ]);
  const standing = standings.of(key)?.standing;
  if (!row || !standing)
    throw notFound(`There is no service ${key}. Declare it with PUT /api/v1/services/${key}.`);
  const { trouble } = sources.seenNow(key);
  const untoldAlerts = await warnOfUntold(effectiveTriggers(row.service, row.sets), {
    ...{ toldNames: store.toldNames, configured: deps.configured.signals },
    variables: variablesOf(row.service, null),
  });
  const told = [
    ...warnings,
    ...untoldAlerts,
    ...refusedChecks(row.service.checks, probe),
    ...passedOver(row.service, receivers),
  ];
  const unheard = isSample(key) ? null : unheardInWords(receivers, row.service, untold, clock.now());
  return { ...toServiceView(row, standing, trouble, told, { metrics, now: clock.now() }), unheard };
}

/** Of its routes, what names something that was there when it was declared. */
function passedOver({ notify }: Service, { notifiers }: Receivers): string[] {
  const names = notifiers.map(({ name }) => name);
  return routeFaults(notify, names).map(
    ({ at, found, expected }) =>
      `notify.${at.join('.')}: ${found} is not there any more, and is passed over. It has to be ${expected}.`,
  );
}

/** What the sample world brings with it wakes nobody, and need not. */
function isSample(key: string): boolean {
  return key.startsWith('sandbox/');
}
