import { nobody, reachedPlaces, type Service, testedPlaces } from '@lastgood/domain';
import { type RouteTest, testRoutes } from '@lastgood/engine';
import { refuse } from '../../declaration/declaration-faults.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { NotificationTest, NotificationTestInput } from './notification-test-schema.ts';

/** As many are sent a sample at once. */
const most = 100;
/** For each try of the two messages to a place: longer than a receiver has by default, so that a test judges an answer as a delivery does. */
const withinMs = 12_000;

export const testNotifications = defineEndpoint({
  operationId: 'testNotifications',
  method: 'POST',
  url: '/notifications/test',
  lane: 'asking',
  tag: 'overview',
  summary: 'Send a sample down each route, and say what arrived',
  description:
    'A suggestion, which pages where that is set up, and what ends it; where the routes lead no page, a rollback that begins and its end. Both say that they are a test. Nothing of it is kept, and only what ends it is tried again, so that nothing stays open. Where nothing but records of releases goes nothing is sent.',
  body: NotificationTestInput,
  answer: NotificationTest,
  async handle(deps, { body: { service: key } }) {
    const { receivers, clock, newId } = deps;
    const service = key === undefined ? null : await known(deps, key);
    const places = service === null ? testedPlaces(receivers) : reachedPlaces(receivers, service);
    const signal = AbortSignal.timeout(2 * withinMs + 2_000);
    const tests = await testRoutes(
      { notifiers: receivers.notifiers, publicUrl: receivers.publicUrl, clock, newId, withinMs },
      places.slice(0, most),
      service ?? nobody,
      signal,
    );
    return toTest(key ?? null, tests, Math.max(0, places.length - most));
  },
});

/** It stands in the body: one that is not there is a wrong member of it. */
async function known({ store }: EndpointDependencies, key: string): Promise<Service> {
  const service = await store.deployments.service(key);
  if (service) return service;
  const message = 'is not declared. GET /api/v1/services lists those that are.';
  return refuse([{ path: '/service', message }]);
}

function toTest(service: string | null, tests: readonly RouteTest[], left: number): NotificationTest {
  const arrived = tests.filter((one) => one.arrived === true).length;
  const accepted = tests.filter((one) => one.accepted).length;
  const lost = tests.filter((one) => one.arrived === false).length;
  return {
    service,
    places: tests.map(({ place: { notifier, to, routes }, ...said }) => ({ notifier, to, routes, ...said })),
    left,
    passed: lost === 0 && accepted > 0,
    sentence: sentenceOf(arrived, accepted - arrived, lost),
  };
}

/** @param accepted where no answer tells whether it arrived */
function sentenceOf(arrived: number, accepted: number, lost: number): string {
  const all = arrived + accepted + lost;
  if (all === 0) return 'Nobody is told: no notifier that tells people is configured.';
  const of = `${all} ${all === 1 ? 'place' : 'places'}`;
  if (accepted === 0)
    return lost === 0 ? `The sample arrived at all of ${of}.` : `The sample arrived at ${arrived} of ${of}.`;
  const failed = lost === 0 ? '' : ` At ${lost} it failed.`;
  return `Of ${of} the sample arrived at ${arrived}, and ${accepted} accepted it: look there whether it arrived.${failed}`;
}
