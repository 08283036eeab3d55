import type { SelectorSeen, Traffic, WeightSeen } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

export interface TrafficState {
  /** By name of the route. */
  routes: Record<string, WeightSeen>;
  services: Record<string, SelectorSeen>;
}

export function createInMemoryTraffic(receivers: ReceiverState, state: TrafficState): Traffic {
  return {
    readRoute: reading(receivers, 'route', ({ route }) => state.routes[route.name]),
    readSelector: reading(receivers, 'selector', ({ service }) => state.services[service.name]),
    setWeight: receive(receivers, 'set-weight', {
      find: ({ route }) => state.routes[route.name],
      seen: (route) => route,
      isThere: (route, { weights }) => sameWeights(route.weights, weights) && !route.bypasses?.length,
      fence: (route, { uid, from }) =>
        route.uid === uid && sameWeights(route.weights, from) ? null : '422: a test of the patch failed',
      write(route, { weights }) {
        route.weights = { ...weights };
        route.bypasses = (route.bypasses ?? []).filter((one) => !one.goesWithWeights);
        route.accepted = false;
        receivers.working.push(() => {
          route.accepted = true;
        });
      },
    }),
    switchSelector: receive(receivers, 'switch-selector', {
      find: ({ service }) => state.services[service.name],
      seen: (service) => service,
      isThere: (service, { to }) => service.value === to,
      fence: (service, { uid, from }) =>
        service.uid === uid && service.value === from ? null : '422: a test of the patch failed',
      write(service, { to }) {
        service.value = to;
        receivers.working.push(() => {
          service.endpoints = { [to]: service.readyPods[to] ?? 0 };
        });
      },
    }),
  };
}

/** As the vendor keeps them: whatever is not named is not there. */
function sameWeights(a: Record<string, number>, b: Record<string, number>): boolean {
  const sorted = (weights: Record<string, number>) =>
    JSON.stringify(
      Object.entries(weights)
        .filter(([, weight]) => weight !== 0)
        .sort(),
    );
  return sorted(a) === sorted(b);
}
