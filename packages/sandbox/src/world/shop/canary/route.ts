import { hostnameOf } from '../../../traffic/index.ts';
import type { Manifest } from '../manifests.ts';
import { namespace } from '../place.ts';

export type Weights = Record<string, number>;

interface Route {
  spec: { rules: { backendRefs: { name: string; weight: number }[] }[] };
}

/** An HTTPRoute that splits the requests of a host among Services. */
export function routeManifest(name: string, weights: Weights): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: { parentRefs: [{ name: 'gateway' }], hostnames: [hostnameOf(name)], rules: rulesFor(weights) },
  };
}

export function rulesFor(weights: Weights): object[] {
  return [{ backendRefs: Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight })) }];
}

/** What an HTTPRoute says now. */
export function weightsOf(route: Route | null): Weights {
  const backends = route?.spec.rules.flatMap(({ backendRefs }) => backendRefs) ?? [];
  return Object.fromEntries(backends.map(({ name, weight }) => [name, weight]));
}
