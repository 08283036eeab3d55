import {
  type RouteWorld,
  routeContract,
  type SelectorWorld,
  selectorContract,
  type TrafficFault,
} from '../contracts/traffic.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';
import type { EffectFault } from './step-world/receivers.ts';

const faults: Record<TrafficFault, EffectFault> = {
  'too-many-requests': 'too-many-requests',
  'lost-reply': 'lost-reply',
  unreachable: 'unreachable',
};
const place = { cluster: 'main', namespace: 'shop' };

function led(replace: () => void) {
  const world = createInMemoryStepWorld();
  return {
    world,
    ...{ traffic: world.ports.traffic, taken: world.accepted, close: async () => {} },
    faultNextWrite: (fault: TrafficFault) => world.failNext(faults[fault]),
    settle: async () => world.settle(),
    replace: async () => replace(),
  };
}

routeContract('traffic in memory, by a route', async (): Promise<RouteWorld> => {
  const seen = {
    ...{ uid: 'one', weights: { stable: 70, canary: 30 } as Record<string, number>, accepted: true },
    ready: { stable: 2, canary: 2 } as Record<string, number>,
  };
  const { world, ...rest } = led(() => void Object.assign(seen, { uid: 'another' }));
  world.state.routes.web = seen;
  return {
    ...rest,
    ...{
      route: { ...place, kind: 'HTTPRoute', name: 'web' },
      rule: null,
      stable: 'stable',
      canary: 'canary',
    },
    weights: async () => seen.weights,
    setWeights: async (stable, canary) =>
      void Object.assign(seen, { weights: { stable, canary }, accepted: true }),
    setReady: async (isReady) => void Object.assign(seen.ready, { stable: isReady ? 2 : 0 }),
  };
});

selectorContract('traffic in memory, by a selector', async (): Promise<SelectorWorld> => {
  const seen = {
    ...{
      uid: 'one',
      value: 'green' as string | null,
      readyPods: { blue: 2, green: 2 } as Record<string, number>,
    },
    endpoints: { green: 2 } as Record<string, number>,
  };
  const { world, ...rest } = led(() => void Object.assign(seen, { uid: 'another' }));
  world.state.services.web = seen;
  return {
    ...rest,
    ...{ service: { ...place, kind: 'Service', name: 'web' }, key: 'slot' },
    slot: async () => seen.value,
    async select(slot) {
      seen.value = slot;
      seen.endpoints = slot === null ? { ...seen.readyPods } : { [slot]: seen.readyPods[slot] ?? 0 };
    },
    setReady: async (isReady) => void Object.assign(seen.readyPods, { blue: isReady ? 2 : 0 }),
  };
});
