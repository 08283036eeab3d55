import type { DiscoveryResult, FoundWorkload, HttpReadiness } from '@lastgood/domain/workload/found-workload';
import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { listAll } from '../../kubernetes/list-all.ts';
import { collectionPath } from '../../kubernetes/resource-paths.ts';
import { ownerOfKind } from './owner.ts';
import { hasTemplate } from './read-workload.ts';
import type { ServedWorkload } from './served-objects.ts';

const lists = [
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
  ['DaemonSet', 'daemonsets'],
  ['Rollout', 'rollouts'],
] as const satisfies [WorkloadKind, string][];

/** Every workload of a cluster, or of one namespace of it where Lastgood may list no more. */
export async function discover(
  api: ApiClient,
  cluster: string,
  namespace: string | null,
  signal: AbortSignal,
): Promise<DiscoveryResult> {
  const workloads: FoundWorkload[] = [];
  for (const [kind, resource] of lists) {
    const answer = await listAll<ServedWorkload>(api, collectionPath(resource, namespace), {}, signal);
    if (isNotInstalled(kind, answer)) continue;
    if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
    for (const served of answer.items)
      if (hasTemplate(served)) workloads.push(foundWorkload(cluster, kind, served));
  }
  return { kind: 'found', workloads };
}

/** Most clusters have no Rollouts, and a role may well not name them. */
function isNotInstalled(kind: WorkloadKind, answer: { kind: string; code?: number }): boolean {
  return kind === 'Rollout' && answer.kind === 'rejected' && (answer.code === 404 || answer.code === 403);
}

function foundWorkload(cluster: string, kind: WorkloadKind, served: ServedWorkload): FoundWorkload {
  const { metadata, spec, status = {} } = served;
  const containers = containersOf(served);
  const isDaemon = kind === 'DaemonSet';
  return {
    workload: { cluster, namespace: metadata.namespace ?? 'default', kind, name: metadata.name },
    containers: containers.map(({ name, image = '' }) => ({ name, image })),
    readiness: containers.map(readinessOf).find((one) => one !== null) ?? null,
    replicas: isDaemon
      ? { wanted: status.desiredNumberScheduled ?? 0, ready: status.numberAvailable ?? 0 }
      : { wanted: spec.replicas ?? 1, ready: status.readyReplicas ?? 0 },
    labels: metadata.labels ?? {},
    owner: ownerOfKind(kind, metadata),
  };
}

interface ServedContainer {
  name: string;
  image?: string;
  readinessProbe?: { httpGet?: { path?: string; port: number | string; scheme?: string } };
}

function containersOf({ spec }: ServedWorkload): ServedContainer[] {
  const { spec: pod } = spec.template as { spec?: { containers?: ServedContainer[] } };
  return pod?.containers ?? [];
}

function readinessOf({ name, readinessProbe }: ServedContainer): HttpReadiness | null {
  const asked = readinessProbe?.httpGet;
  if (!asked) return null;
  const scheme = asked.scheme?.toLowerCase() === 'https' ? 'https' : 'http';
  return { container: name, path: asked.path ?? '/', port: asked.port, scheme };
}
