import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClusters } from '../../../kubernetes/cluster-clients.ts';
import { createKnownRights } from '../../../kubernetes/known-rights.ts';
import { accountToken } from '../sandbox-world-harness.ts';
import { grantedIn, shippedTraffic, without } from '../shipped-rights-harness.ts';
import { routeFixtures } from './route-fixtures-harness.ts';
import { createTraffic } from './traffic.ts';
import {
  openRouteWorld,
  paths,
  place,
  type RouteKindName,
  type SlotsWorld,
} from './traffic-world-harness.ts';

const never = new AbortController().signal;
const all = shippedTraffic();
/** Those of the manifest for traffic alone; pods are in the other one. */
const rights = grantedIn(all.slice(-2));
const kinds: RouteKindName[] = ['VirtualService', 'HTTPRoute', 'Ingress'];

describe('the rights of deploy/kubernetes/rbac-traffic.yaml', () => {
  let world: SlotsWorld;
  beforeAll(async () => {
    ({ slots: world } = await openRouteWorld('VirtualService', routeFixtures.VirtualService, all));
    await world.call('POST', paths.HTTPRoute, routeFixtures.HTTPRoute.body);
    for (const { body } of routeFixtures.Ingress.around) await world.call('POST', paths.Ingress, body);
    await world.call('POST', paths.Ingress, routeFixtures.Ingress.body);
  });
  afterAll(() => world.close());

  /** What a plan says is missing, of everything that leads traffic; null where it could not even be read. */
  async function missing(): Promise<(string[] | null)[]> {
    const cluster = { kubeconfig: world.sandbox.kubeconfig(accountToken), requestTimeoutMs: 2_000 };
    const clients = openClusters({ main: cluster }, Date.now);
    const traffic = createTraffic(clients, 'lastgood', (name) =>
      createKnownRights(clients.of(name), Date.now, 0),
    );
    const service = { ...place, kind: 'Service', name: 'web' };
    const reads = [
      traffic.readSelector({ service, key: 'slot' }, never),
      ...kinds.map((kind) => {
        const { rule } = routeFixtures[kind];
        return traffic.readRoute({ route: { ...place, kind, name: 'web' }, rule }, never);
      }),
    ];
    const answers = await Promise.all(reads);
    return answers.map((answer) =>
      answer.kind === 'seen' ? (answer.seen.missingRights ?? []).map(({ may }) => may) : null,
    );
  }

  it('are enough for all that leads traffic', async () => {
    expect(await missing()).toEqual([[], [], [], []]);
  });

  it('are needed, each: without it what needs it is told before the click, or cannot be read', async () => {
    const told: string[] = [];
    const account = { token: accountToken, namespace: 'lastgood', name: 'lastgood' };
    for (const right of rights.filter((one) => one.startsWith('patch'))) {
      world.sandbox.rights.bind({ ...account, manifests: withoutOne(right) });
      const [verb, resource = ''] = right.replace(/ [^/]*\//, ' ').split(' ');
      const named = (await missing()).flatMap((one) => one ?? []);
      if (named.includes(`${verb} ${resource} in namespace shop`)) told.push(right);
    }
    for (const right of rights.filter((one) => !one.startsWith('patch'))) {
      world.sandbox.rights.bind({ ...account, manifests: withoutOne(right) });
      if ((await missing()).includes(null)) told.push(right);
    }
    expect(told.sort()).toEqual([...rights].sort());
  });

  /** Each manifest with rules of its own: taken away from the one that grants it. */
  function withoutOne(right: string) {
    return [...all.slice(0, -2), ...without(right, all.slice(-2))];
  }
});
