import type { Health } from '@lastgood/domain/health';
import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { type ClusterClients, openClusters } from '../../kubernetes/cluster-clients.ts';
import { createKnownRights, type KnownRights } from '../../kubernetes/known-rights.ts';
import type { WatchPace } from '../../kubernetes/watch/watch-pace.ts';
import type { Closable } from '../../vendor.ts';
import { byHand } from './by-hand.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import { discover } from './discover.ts';
import { imageEvidence } from './image-evidence.ts';
import { pinImages } from './images.ts';
import { missingRights } from './missing-rights.ts';
import { previousTemplate } from './previous-template.ts';
import { readWorkload } from './read-workload.ts';
import { rehearse } from './rehearse.ts';
import type { KubernetesSettings } from './settings.ts';
import { createWorkloadWatch } from './watch/workload-watch.ts';
import { createWorkloads } from './workloads.ts';

/**
 * Reads and sets Deployments, StatefulSets, DaemonSets and Rollouts of the configured clusters, over one set of connections. Throws
 * when a kubeconfig cannot be read; after that every fault of the outside is a result. `now` stamps what was observed.
 */
export function createKubernetes(
  settings: KubernetesSettings,
  now: () => number = Date.now,
  pace?: WatchPace,
): Closable<{ rollout: Rollout; workloads: Workloads; watch: WorkloadWatch; delivery: DeliveryControllers }> {
  const clients = openClusters(settings.clusters, now);
  const fieldManager = settings.fieldManager ?? 'lastgood';
  const { close, ...watch } = createWorkloadWatch(clients, now, pace);
  return {
    close,
    watch,
    rollout: rolloutOf(clients, fieldManager, now),
    workloads: createWorkloads(clients, fieldManager, now),
    delivery: createDelivery(clients, fieldManager),
  };
}

function rolloutOf(clients: ClusterClients, fieldManager: string, now: () => number): Rollout {
  const known = new Map<string, KnownRights>();
  const rightsIn = (cluster: string) => {
    const rights = known.get(cluster) ?? createKnownRights(clients.of(cluster), now);
    known.set(cluster, rights);
    return rights;
  };
  return {
    read: (workload, signal) => readWorkload(clients.of(workload.cluster), workload, now, signal),
    imageEvidence: (workload, images, signal) =>
      imageEvidence(clients.of(workload.cluster), workload, images, signal),
    rehearse: (workload, to, signal) =>
      rehearse(clients.of(workload.cluster), workload, to, { fieldManager, signal }),
    previous: (workload, signal) => previousTemplate(clients.of(workload.cluster), workload, now, signal),
    missingRights: (workload, signal) => missingRights(rightsIn(workload.cluster), workload, signal),
    discover: (cluster, namespace, signal) => discover(clients.of(cluster), cluster, namespace, signal),
    pin: pinImages,
    byHand,
    clusters: clients.names,
    health: (cluster, signal) => health(clients.of(cluster), signal),
  };
}

async function health(api: ApiClient, signal: AbortSignal): Promise<Health> {
  const answer = await api({ method: 'GET', path: '/version' }, signal);
  return answer.kind === 'ok' ? { up: true } : { up: false, reason: reasonOf(answer) };
}
