import type { FaultEffect, Manifest } from '@lastgood/sandbox/kubernetes/index';
import type { RouteWorld, SelectorWorld, TrafficFault } from '@lastgood/testkit/contracts/traffic';
import { openSandboxWorld, realWrites, type SandboxWorld } from '../sandbox-world-harness.ts';

export const place = { cluster: 'main', namespace: 'shop' };
const namespace = '/namespaces/shop';
export const paths = {
  Service: `/api/v1${namespace}/services`,
  Deployment: `/apis/apps/v1${namespace}/deployments`,
  VirtualService: `/apis/networking.istio.io/v1${namespace}/virtualservices`,
  DestinationRule: `/apis/networking.istio.io/v1${namespace}/destinationrules`,
  HTTPRoute: `/apis/gateway.networking.k8s.io/v1${namespace}/httproutes`,
  Ingress: `/apis/networking.k8s.io/v1${namespace}/ingresses`,
};
export type RouteKindName = 'VirtualService' | 'HTTPRoute' | 'Ingress';

const faults: Record<TrafficFault, FaultEffect> = {
  'too-many-requests': { kind: 'answer', status: 429, retryAfterSeconds: 2 },
  'lost-reply': { kind: 'lost-answer' },
  unreachable: { kind: 'refused-connection' },
};
const jsonPatch = 'application/json-patch+json';

/** Two slots of two pods each behind one Service that selects green, and a Service for each slot: web-blue is stable. */
export interface SlotsWorld extends SandboxWorld {
  patch(path: string, operations: object[]): Promise<unknown>;
  scale(of: { name: string }, replicas: number): Promise<void>;
}

export async function openSlots(manifests: readonly Manifest[] | null = null): Promise<SlotsWorld> {
  const world = await openSandboxWorld({}, 2_000, manifests);
  const post = (kind: keyof typeof paths, body: object) => world.call('POST', paths[kind], body);
  for (const [slot, version] of [
    ['blue', 'v1'],
    ['green', 'v2'],
  ] as const) {
    const labels = { app: 'web', slot };
    await post('Deployment', {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `web-${slot}`, labels } },
      spec: {
        ...{ replicas: 2, selector: { matchLabels: labels } },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'app', image: `registry.example/web:${version}` }] },
        },
      },
    });
    await post('Service', service(`web-${slot}`, labels));
    await world.settle({ ...place, kind: 'Deployment', name: `web-${slot}` });
  }
  await post('Service', service('web', { app: 'web', slot: 'green' }));
  await world.advance(1_000);
  return {
    ...world,
    patch: (path, operations) => world.call('PATCH', path, operations, jsonPatch),
    async scale({ name }, replicas) {
      await world.call(
        'PATCH',
        `${paths.Deployment}/${name}`,
        { spec: { replicas } },
        'application/merge-patch+json',
      );
      await world.advance(3_000);
    },
  };
}

function service(name: string, selector: object) {
  const spec = { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

/** What is the same whatever leads the traffic. */
function led(world: SlotsWorld, kind: keyof typeof paths, name: string, create: () => Promise<unknown>) {
  return {
    traffic: world.traffic,
    async replace() {
      await world.call('DELETE', `${paths[kind]}/${name}`);
      await create();
    },
    faultNextWrite: (fault: TrafficFault) =>
      void world.sandbox.faults.add({ match: realWrites, effect: faults[fault], times: 1 }),
    taken: () =>
      world.sandbox.writes().filter((one) => one.userAgent.includes('lastgood') && one.name === name).length,
    setReady: (isReady: boolean) => world.scale({ name: 'web-blue' }, isReady ? 2 : 0),
    close: () => world.close(),
  };
}

export async function openSelectorWorld(): Promise<SelectorWorld> {
  const world = await openSlots();
  const path = `${paths.Service}/web`;
  type Selected = { spec: { selector: Record<string, string> } };
  const create = () => world.call('POST', paths.Service, service('web', { app: 'web', slot: 'green' }));
  return {
    ...led(world, 'Service', 'web', create),
    ...{ service: { ...place, kind: 'Service', name: 'web' }, key: 'slot' },
    settle: () => world.advance(500),
    slot: async () => (await world.call<Selected>('GET', path)).spec.selector.slot ?? null,
    async select(slot) {
      const op = slot === null ? { op: 'remove' } : { op: 'add', value: slot };
      await world.patch(path, [{ path: '/spec/selector/slot', ...op }]);
      await world.advance(500);
    },
  };
}

/** One kind of route between web-blue (stable) and web-green (the canary). */
export interface RouteFixture {
  rule: string | null;
  stable: string;
  canary: string;
  /** What has to be there besides. */
  around: { kind: keyof typeof paths; body: object }[];
  body: object;
  /** The weights as the object has them, and the operations of a stranger who sets others. */
  read(object: never): [number, number];
  operations(stable: number, canary: number): object[];
}

export async function openRouteWorld(
  kind: RouteKindName,
  fixture: RouteFixture,
  manifests: readonly Manifest[] | null = null,
): Promise<RouteWorld & { slots: SlotsWorld }> {
  const slots = await openSlots(manifests);
  for (const one of fixture.around) await slots.call('POST', paths[one.kind], one.body);
  await slots.advance(500);
  const create = () => slots.call('POST', paths[kind], fixture.body);
  await create();
  const path = `${paths[kind]}/web`;
  const { rule, stable, canary } = fixture;
  return {
    ...led(slots, kind, 'web', create),
    ...{ slots, route: { ...place, kind, name: 'web' }, rule, stable, canary },
    settle: () => (kind === 'HTTPRoute' ? acceptRoute(slots) : Promise.resolve()),
    async weights() {
      const [first, second] = fixture.read(await slots.call<never>('GET', path));
      return { [stable]: first, [canary]: second };
    },
    async setWeights(first, second) {
      await slots.patch(path, fixture.operations(first, second));
    },
  };
}

/** What a gateway controller writes once it has taken the route as it stands. */
export async function acceptRoute(world: SandboxWorld, resolved: 'True' | 'False' = 'True'): Promise<void> {
  const path = `${paths.HTTPRoute}/web`;
  const { metadata } = await world.call<{ metadata: { generation: number } }>('GET', path);
  const condition = (type: string, status: string, reason: string) => ({
    ...{ type, status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
    observedGeneration: metadata.generation,
  });
  const conditions = [
    condition('Accepted', 'True', 'Accepted'),
    condition('ResolvedRefs', resolved, resolved === 'True' ? 'ResolvedRefs' : 'BackendNotFound'),
  ];
  const parents = [{ parentRef: { name: 'gw' }, controllerName: 'example.com/gateway', conditions }];
  await world.call('PATCH', `${path}/status`, { status: { parents } }, 'application/merge-patch+json');
}
