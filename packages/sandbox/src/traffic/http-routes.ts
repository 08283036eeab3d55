import type { KubeObject } from '../kubernetes/index.ts';

interface HttpRoute extends KubeObject {
  spec?: {
    hostnames?: string[];
    rules?: { backendRefs?: { kind?: string; name: string; weight?: number }[] }[];
  };
}

export interface Backend {
  /** Of a Service. */
  name: string;
  weight: number;
}

/**
 * What takes the requests of a host: the backends of the first rule of the HTTPRoute with that hostname, else the Service of that
 * name. The routes of the shop match every request in one rule.
 */
export function backendsOf(routes: readonly KubeObject[], host: string): Backend[] {
  const route = (routes as HttpRoute[]).find(({ spec }) => spec?.hostnames?.includes(hostnameOf(host)));
  if (!route) return [{ name: host, weight: 1 }];
  const [rule] = route.spec?.rules ?? [];
  return (rule?.backendRefs ?? []).map(({ name, weight = 1 }) => ({ name, weight }));
}

/** Under which a gateway knows a service of the shop from outside. */
export function hostnameOf(host: string): string {
  return `${host}.shop.example`;
}
