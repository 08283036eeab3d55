import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deafContract, routeContract, selectorContract } from '@lastgood/testkit/contracts/traffic';
import { afterAll, beforeAll, describe } from 'vitest';
import { createKubernetes } from '../kubernetes.ts';
import { routeFixtures } from './route-fixtures-harness.ts';
import { openRouteWorld, openSelectorWorld, place, type RouteKindName } from './traffic-world-harness.ts';

const kinds: RouteKindName[] = ['VirtualService', 'HTTPRoute', 'Ingress'];
for (const kind of kinds)
  routeContract(`traffic in Kubernetes by ${kind}`, () => openRouteWorld(kind, routeFixtures[kind]));
selectorContract('traffic in Kubernetes by the selector of a Service', openSelectorWorld);

describe('an API server', () => {
  const servers = {
    'that hangs': null,
    'that answers garbage': '<html>',
    'that answers half': '{"kind":',
    'that answers nothing': '{}',
  };
  describe.each(Object.entries(servers))('%s', (name, text) => {
    const server = createServer((_request, response) => {
      if (text !== null) response.end(text);
    });
    let port = 0;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const traffic = () => {
      const kubeconfig = JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
        ...{
          users: [{ name: 'u', user: {} }],
          contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        },
        'current-context': 'x',
      });
      return createKubernetes({ clusters: { main: { kubeconfig, requestTimeoutMs: 150 } } }).traffic.port;
    };
    deafContract(name, traffic, { route: { ...place, kind: 'HTTPRoute', name: 'web' }, rule: null });
  });
});
