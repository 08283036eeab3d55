import { type WeightedRouteWorld, weightedRouteContract } from '@lastgood/testkit/contracts/weighted-route';
import {
  adapterOf,
  forward,
  front,
  listenerArn,
  ruleArn,
  shop,
  startLoadBalancers,
  weightsOf,
} from './load-balancer-harness.ts';

async function open(route: typeof shop, arn: string): Promise<WeightedRouteWorld> {
  const server = await startLoadBalancers();
  const traffic = adapterOf(server);
  return {
    traffic,
    route,
    all: 100,
    async split(weights) {
      server.actions[arn] = [forward(weights)];
    },
    weights: async () => weightsOf(server, arn),
    async loseOld() {
      server.targets.old = ['unhealthy'];
    },
    fault(kind) {
      server.fault = kind === 'none' ? null : { kind };
    },
    async close() {
      await traffic.close();
      await server.close();
    },
  };
}

weightedRouteContract('a listener rule of AWS, on its wire,', () => open(shop, ruleArn));
weightedRouteContract('the default action of a listener of AWS, on its wire,', () =>
  open(front, listenerArn),
);
