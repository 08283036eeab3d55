import type { KubeObject } from '../kubernetes/index.ts';
import { backendsOf } from './http-routes.ts';
import { nextInTurn } from './next-in-turn.ts';
import type { TrafficTarget } from './start-traffic.ts';

/** Leads requests as the cluster's own objects say. */
export interface DataPlane {
  /** Pods that take requests of these hosts now, each with its share of them. */
  targets(hosts: readonly string[]): TrafficTarget[];
  /** The pod that takes the next request of this host; undefined when none is ready. */
  pick(host: string): TrafficTarget | undefined;
}

/** A process that listens under the address of its pod. */
export interface LivePod {
  pod: string;
  ip: string;
  url: string;
}

export interface DataPlaneOptions {
  namespace: string;
  list(plural: string, namespace: string): KubeObject[];
  /** Called after every change of an object. */
  onChange(listener: () => void): () => void;
  pods(): readonly LivePod[];
}

interface EndpointSlice extends KubeObject {
  endpoints?: { addresses: string[]; conditions: { ready?: boolean } }[] | null;
}

const serviceLabel = 'kubernetes.io/service-name';

/**
 * What a gateway with the kube-proxy behind it does. A host is that of an HTTPRoute, whose weights split it among Services, else a
 * Service of that name; a Service is the ready endpoints of its EndpointSlices. No pod is ever found by what it is called.
 */
export function createDataPlane({ namespace, list, onChange, pods }: DataPlaneOptions): DataPlane {
  const turnsOf = new Map<string, Map<string, number>>();
  let known: Map<string, string[]> | null = null;
  onChange(() => {
    known = null;
  });

  /** Addresses of the ready endpoints, by the name of their Service. */
  function endpoints(): Map<string, string[]> {
    known ??= new Map(
      (list('endpointslices', namespace) as EndpointSlice[]).map((slice) => [
        slice.metadata.labels?.[serviceLabel] ?? '',
        (slice.endpoints ?? []).filter(({ conditions }) => conditions.ready).flatMap((one) => one.addresses),
      ]),
    );
    return known;
  }

  function targets(hosts: readonly string[]): TrafficTarget[] {
    const byIp = new Map(pods().map((pod) => [pod.ip, pod]));
    const routes = list('httproutes', namespace);
    return hosts.flatMap((service) =>
      backendsOf(routes, service).flatMap(({ name, weight }) => {
        const ready = (endpoints().get(name) ?? []).flatMap((ip) => byIp.get(ip) ?? []);
        return ready.map(({ pod, url }) => ({
          ...{ namespace, service, pod, url, ready: true, share: weight / ready.length },
        }));
      }),
    );
  }

  return {
    targets,
    pick(host) {
      const turns = turnsOf.get(host) ?? new Map<string, number>();
      turnsOf.set(host, turns);
      return nextInTurn(turns, targets([host]));
    },
  };
}
