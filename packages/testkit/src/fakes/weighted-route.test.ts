import { type WeightedRouteWorld, weightedRouteContract } from '../contracts/weighted-route.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';

weightedRouteContract('the route in memory', async (): Promise<WeightedRouteWorld> => {
  const world = createInMemoryStepWorld();
  const shop = { uid: 'uid-1', weights: { old: 0, new: 100 }, accepted: true, ready: { old: 1, new: 1 } };
  world.state.routes = { shop };
  const { setWeight, ...traffic } = world.ports.traffic;
  return {
    traffic: {
      ...traffic,
      setWeight: {
        apply: setWeight.apply,
        async observe(...given) {
          // The controller of the route works while it is looked at.
          world.settle();
          return setWeight.observe(...given);
        },
      },
    },
    route: { route: { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'shop' }, rule: null },
    all: 100,
    async split(weights) {
      shop.weights = weights;
    },
    weights: async () => shop.weights,
    async loseOld() {
      shop.ready.old = 0;
    },
    fault(fault) {
      if (fault === 'lost-reply') world.failNext(fault);
      else world.receivers.unreachableFor = fault === 'none' ? 0 : Number.POSITIVE_INFINITY;
    },
    async close() {},
  };
});
