import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { Observed } from '@lastgood/domain/rollback/effect';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { listAll } from '../../../kubernetes/list-all.ts';
import { collectionPaths } from './fetch-route.ts';
import type { Destination } from './split-rule.ts';

export const istio = { group: 'networking.istio.io', versions: ['v1', 'v1beta1'] as const };

export interface IstioDestination {
  host?: string;
  subset?: string;
}

interface DestinationRule {
  spec?: { host?: string; subsets?: { name?: string; labels?: Record<string, string> }[] };
}

/** Labels by `host/subset`, the host in full. */
type SubsetLabels = ReadonlyMap<string, Record<string, string>>;

/** As a service declares it: `web`, or `web/canary` for a subset. */
export function keyOf({ host = '', subset }: IstioDestination = {}): string {
  return subset === undefined ? host : `${host}/${subset}`;
}

/** Which pods are behind it; null for a host outside of the cluster, or a subset that nothing describes. */
export function destinationOf(
  { host = '', subset }: IstioDestination,
  namespace: string,
  subsets: SubsetLabels,
): Destination | null {
  const place = serviceOf(host, namespace);
  if (!place || subset === undefined) return place;
  const labels = subsets.get(`${place.namespace}/${place.service}/${subset}`);
  return labels ? { ...place, labels } : null;
}

/** A short name is one of the route's own namespace. https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination */
function serviceOf(host: string, own: string): Destination | null {
  const [service = '', namespace = own, svc = 'svc'] = host.split('.');
  return service !== '' && service !== '*' && svc === 'svc' ? { namespace, service } : null;
}

/**
 * What the DestinationRules of the route's namespace say of its subsets. They are not asked where no destination has one.
 * https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset
 */
export async function subsetLabels(
  api: ApiClient,
  route: ObjectTarget,
  destinations: readonly IstioDestination[],
  signal: AbortSignal,
): Promise<Observed<SubsetLabels>> {
  const labels = new Map<string, Record<string, string>>();
  if (destinations.every(({ subset }) => subset === undefined)) return { kind: 'seen', seen: labels };
  for (const path of collectionPaths({ ...istio, resource: 'destinationrules' }, route.namespace)) {
    const answer = await listAll<DestinationRule>(api, path, {}, signal);
    if (answer.kind === 'rejected' && answer.code === 404) continue;
    if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
    for (const { spec = {} } of answer.items) {
      const place = serviceOf(spec.host ?? '', route.namespace);
      for (const { name, labels: own } of spec.subsets ?? [])
        if (place && own) labels.set(`${place.namespace}/${place.service}/${name}`, own);
    }
    break;
  }
  return { kind: 'seen', seen: labels };
}
