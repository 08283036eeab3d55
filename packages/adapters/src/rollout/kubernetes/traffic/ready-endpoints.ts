import type { Observed } from '@lastgood/domain/rollback/effect';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { labelSelector } from '../../../kubernetes/label-selector.ts';
import { listAll } from '../../../kubernetes/list-all.ts';
import { podsPath } from '../../../kubernetes/resource-paths.ts';
import { isEnding, isReady, type ServedPod } from '../served-objects.ts';
import type { Destination } from './split-rule.ts';

interface EndpointSlice {
  endpoints?:
    | {
        addresses?: string[];
        conditions?: { ready?: boolean | null; terminating?: boolean | null };
        targetRef?: { kind?: string; name?: string };
      }[]
    | null;
}

/**
 * What of a Service takes traffic now: names of pods, or addresses where no pod is behind. One pod may stand in several
 * slices. That nothing is said of *ready* means ready; an ending pod stays listed and takes no new traffic.
 * https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export async function readyEndpoints(
  api: ApiClient,
  { namespace, service }: Destination,
  signal: AbortSignal,
): Promise<Observed<Set<string>>> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  const query = { labelSelector: `kubernetes.io/service-name=${service}` };
  const answer = await listAll<EndpointSlice>(api, path, query, signal);
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  const ready = answer.items
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false && conditions?.terminating !== true);
  const names = ready.flatMap(({ targetRef, addresses = [] }) =>
    targetRef?.kind === 'Pod' && targetRef.name ? [targetRef.name] : addresses,
  );
  return { kind: 'seen', seen: new Set(names) };
}

/** How many of them are pods with the labels that the destination means. */
export async function countReady(
  api: ApiClient,
  destination: Destination,
  signal: AbortSignal,
): Promise<Observed<number>> {
  const endpoints = await readyEndpoints(api, destination, signal);
  if (endpoints.kind !== 'seen') return endpoints;
  const { namespace, labels } = destination;
  if (!labels) return { kind: 'seen', seen: endpoints.seen.size };
  const pods = await readyPods(api, namespace, labelSelector({ matchLabels: labels }), signal);
  if (pods.kind !== 'seen') return pods;
  return {
    kind: 'seen',
    seen: pods.seen.filter(({ metadata }) => endpoints.seen.has(metadata.name)).length,
  };
}

/** Pods that are ready and not ending. */
export async function readyPods(
  api: ApiClient,
  namespace: string,
  selector: string,
  signal: AbortSignal,
): Promise<Observed<ServedPod[]>> {
  const answer = await listAll<ServedPod>(api, podsPath(namespace), { labelSelector: selector }, signal);
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  return { kind: 'seen', seen: answer.items.filter((pod) => isReady(pod) && !isEnding(pod)) };
}
