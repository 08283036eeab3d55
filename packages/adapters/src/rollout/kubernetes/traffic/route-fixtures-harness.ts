import type { RouteFixture, RouteKindName } from './traffic-world-harness.ts';

const nginx = 'nginx.ingress.kubernetes.io/';
const named = (apiVersion: string, kind: string, name = 'web', annotations?: object) => ({
  ...{ apiVersion, kind, metadata: { name, ...(annotations ? { annotations } : {}) } },
});

/** What an Ingress leads to by one host. */
const ingress = (name: string, to: string, annotations?: object) => ({
  ...named('networking.k8s.io/v1', 'Ingress', name, annotations),
  spec: {
    rules: [
      {
        host: 'web.example',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
});

interface IstioObject {
  spec: { http: { route: { weight: number }[] }[] };
}
interface GatewayObject {
  spec: { rules: { backendRefs: { weight: number }[] }[] };
}
interface IngressObject {
  metadata: { annotations: Record<string, string> };
}

const pair = ([stable, canary]: readonly { weight: number }[] = []): [number, number] => [
  stable?.weight ?? -1,
  canary?.weight ?? -1,
];

/** A rule of each kind that gives 70 of 100 to web-blue and the rest to web-green. */
export const routeFixtures: Record<RouteKindName, RouteFixture> = {
  VirtualService: {
    ...{ rule: 'primary', stable: 'web-all/stable', canary: 'web-all/canary' },
    around: [
      {
        kind: 'Service',
        body: {
          ...named('v1', 'Service', 'web-all'),
          spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
        },
      },
      {
        kind: 'DestinationRule',
        body: {
          ...named('networking.istio.io/v1', 'DestinationRule'),
          spec: {
            host: 'web-all.shop.svc.cluster.local',
            subsets: [
              { name: 'stable', labels: { slot: 'blue' } },
              { name: 'canary', labels: { slot: 'green' } },
            ],
          },
        },
      },
    ],
    body: {
      ...named('networking.istio.io/v1', 'VirtualService'),
      spec: {
        hosts: ['web-all'],
        http: [
          {
            match: [{ uri: { prefix: '/health' } }],
            route: [{ destination: { host: 'web-all', subset: 'stable' } }],
          },
          {
            name: 'primary',
            route: [
              { destination: { host: 'web-all', subset: 'stable' }, weight: 70 },
              { destination: { host: 'web-all', subset: 'canary' }, weight: 30 },
            ],
          },
        ],
      },
    },
    read: ({ spec }: IstioObject) => pair(spec.http[1]?.route),
    operations: (stable, canary) => [
      { op: 'add', path: '/spec/http/1/route/0/weight', value: stable },
      { op: 'add', path: '/spec/http/1/route/1/weight', value: canary },
    ],
  },
  HTTPRoute: {
    ...{ rule: null, stable: 'web-blue', canary: 'web-green', around: [] },
    body: {
      ...named('gateway.networking.k8s.io/v1', 'HTTPRoute'),
      spec: {
        parentRefs: [{ name: 'gw' }],
        rules: [
          {
            backendRefs: [
              { name: 'web-blue', port: 80, weight: 70 },
              { name: 'web-green', port: 80, weight: 30 },
            ],
          },
        ],
      },
    },
    read: ({ spec }: GatewayObject) => pair(spec.rules[0]?.backendRefs),
    operations: (stable, canary) => [
      { op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: stable },
      { op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: canary },
    ],
  },
  Ingress: {
    ...{ rule: null, stable: 'web-blue', canary: 'web-green' },
    around: [{ kind: 'Ingress', body: ingress('web-main', 'web-blue') }],
    body: ingress('web', 'web-green', { [`${nginx}canary`]: 'true', [`${nginx}canary-weight`]: '30' }),
    read({ metadata }: IngressObject) {
      const weight = Number(metadata.annotations[`${nginx}canary-weight`]);
      return [100 - weight, weight];
    },
    operations: (_stable, canary) => [
      {
        op: 'add',
        path: '/metadata/annotations/nginx.ingress.kubernetes.io~1canary-weight',
        value: String(canary),
      },
    ],
  },
};
