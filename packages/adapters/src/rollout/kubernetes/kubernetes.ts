import type { Health } from '@lastgood/domain/health';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import { type ApiClient, createApiClient } from './api-client.ts';
import { openCluster } from './cluster-access.ts';
import { reasonOf } from './effect-words.ts';
import { imageEvidence } from './image-evidence.ts';
import { pinImages } from './images.ts';
import { previousTemplate } from './previous-template.ts';
import { readWorkload } from './read-workload.ts';
import { releaseStuckPods } from './release-stuck-pods.ts';
import { setTemplate } from './set-template.ts';
import type { KubernetesSettings } from './settings.ts';

/**
 * Reads and sets Deployments, StatefulSets and DaemonSets of the configured clusters. Throws when a kubeconfig cannot be
 * read; after that every fault of the outside is a result. `now` stamps what was observed.
 */
export function createKubernetes(settings: KubernetesSettings, now: () => number = Date.now): Rollout {
  const fieldManager = settings.fieldManager ?? 'lastgood';
  const clients = new Map<string, ApiClient>(
    Object.entries(settings.clusters).map(([name, cluster]) => [
      name,
      createApiClient(openCluster(name, cluster), cluster.requestTimeoutMs, now),
    ]),
  );
  const client = (cluster: string): ApiClient =>
    clients.get(cluster) ?? unknownCluster(cluster, clients.keys());

  return {
    read: (workload, signal) => readWorkload(client(workload.cluster), workload, now, signal),
    imageEvidence: (workload, images, signal) =>
      imageEvidence(client(workload.cluster), workload, images, signal),
    previous: (workload, signal) => previousTemplate(client(workload.cluster), workload, now, signal),
    rehearse: (target, operation, signal) =>
      setTemplate(client(target.workload.cluster), target, operation, { dryRun: true, fieldManager }, signal),
    setTemplate: (target, operation, signal) =>
      setTemplate(
        client(target.workload.cluster),
        target,
        operation,
        { dryRun: false, fieldManager },
        signal,
      ),
    releaseStuckPods: (workload, pods, signal) =>
      releaseStuckPods(client(workload.cluster), workload, pods, signal),
    pin: pinImages,
    clusters: () => [...clients.keys()],
    health: (cluster, signal) => health(client(cluster), signal),
  };
}

/** A cluster that no configuration names cannot be reached, now or later. */
function unknownCluster(name: string, known: Iterable<string>): ApiClient {
  const reason = `no cluster named ${name} is configured; known are ${[...known].join(', ') || 'none'}`;
  return async () => ({ kind: 'not-sent', reason, forGood: true });
}

async function health(api: ApiClient, signal: AbortSignal): Promise<Health> {
  const answer = await api({ method: 'GET', path: '/version' }, signal);
  return answer.kind === 'ok' ? { up: true } : { up: false, reason: reasonOf(answer) };
}
