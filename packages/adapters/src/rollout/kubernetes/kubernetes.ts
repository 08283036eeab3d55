import type { Health } from '@lastgood/domain/health';
import type { Applications } from '@lastgood/domain/ports/applications';
import type { Configurations } from '@lastgood/domain/ports/configurations';
import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { Objects } from '@lastgood/domain/ports/objects';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { Writers } from '@lastgood/domain/ports/writers';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { type ClusterClients, openClusters } from '../../kubernetes/cluster-clients.ts';
import { createKnownRights, type KnownRights } from '../../kubernetes/known-rights.ts';
import type { WatchPace } from '../../kubernetes/watch/watch-pace.ts';
import type { Closable } from '../../vendor.ts';
import type { ClusterTraffic } from '../cluster-ports.ts';
import { createApplications } from './applications/applications.ts';
import { byHand } from './by-hand.ts';
import { createConfigurations } from './configuration/configurations.ts';
import { createContentKey } from './configuration/content-key.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import { discover } from './discover.ts';
import { imageEvidence } from './image-evidence.ts';
import { pinImages } from './images.ts';
import { missingRights } from './missing-rights.ts';
import { createObjects } from './objects/objects.ts';
import { previousTemplate } from './previous-template.ts';
import { readWorkload } from './read-workload.ts';
import { rehearse } from './rehearse.ts';
import { restarted } from './restarted.ts';
import { readScaler } from './scaler.ts';
import type { KubernetesSettings } from './settings.ts';
import { createTraffic, trafficKinds } from './traffic/traffic.ts';
import { createWorkloadWatch } from './watch/workload-watch.ts';
import { createWorkloads } from './workloads.ts';
import { createWriters } from './writers.ts';

/**
 * Reads and sets Deployments, StatefulSets, DaemonSets and Rollouts of the configured clusters, over one set of connections. Throws
 * when a kubeconfig cannot be read; after that every fault of the outside is a result. `now` stamps what was observed.
 */
export function createKubernetes(
  settings: KubernetesSettings,
  now: () => number = Date.now,
  pace?: WatchPace,
): Closable<KubernetesPorts> {
  const clients = openClusters(settings.clusters, now);
  const fieldManager = settings.fieldManager ?? 'lastgood';
  const { close, ...watch } = createWorkloadWatch(clients, now, pace);
  const rightsIn = rightsOf(clients, now);
  return {
    close,
    watch,
    rollout: rolloutOf(clients, { fieldManager, now, rightsIn }),
    workloads: createWorkloads(clients, fieldManager, now),
    traffic: { kinds: trafficKinds, port: createTraffic(clients, fieldManager, rightsIn) },
    applications: createApplications(clients, fieldManager),
    writers: createWriters(clients, fieldManager),
    objects: createObjects(clients, rightsIn),
    delivery: createDelivery(clients, fieldManager),
    configurations: createConfigurations({ clients, keyOf: contentKeys(settings), rightsIn, fieldManager }),
  };
}

/** What a cluster of this kind offers. */
interface KubernetesPorts {
  rollout: Rollout;
  workloads: Workloads;
  watch: WorkloadWatch;
  traffic: ClusterTraffic;
  applications: Applications;
  writers: Writers;
  delivery: DeliveryControllers;
  configurations: Configurations;
  objects: Objects;
}

/** Where a cluster has no key, nothing of its configuration is kept. */
function contentKeys({ clusters }: KubernetesSettings) {
  const keys = new Map(
    Object.entries(clusters).flatMap(([name, { configurationKey }]) =>
      configurationKey === undefined ? [] : [[name, createContentKey(configurationKey)] as const],
    ),
  );
  return (cluster: string) => keys.get(cluster) ?? null;
}

function rightsOf(clients: ClusterClients, now: () => number) {
  const known = new Map<string, KnownRights>();
  return (cluster: string) => {
    const rights = known.get(cluster) ?? createKnownRights(clients.of(cluster), now);
    known.set(cluster, rights);
    return rights;
  };
}

interface RolloutParts {
  fieldManager: string;
  now: () => number;
  rightsIn: (cluster: string) => KnownRights;
}

function rolloutOf(clients: ClusterClients, { fieldManager, now, rightsIn }: RolloutParts): Rollout {
  return {
    read: (workload, signal) => readWorkload(clients.of(workload.cluster), workload, now, signal),
    imageEvidence: (workload, images, signal) =>
      imageEvidence(clients.of(workload.cluster), workload, images, signal),
    rehearse: (workload, to, signal) =>
      rehearse(clients.of(workload.cluster), workload, to, { fieldManager, signal }),
    previous: (workload, signal) => previousTemplate(clients.of(workload.cluster), workload, now, signal),
    missingRights: (workload, signal) => missingRights(rightsIn(workload.cluster), workload, signal),
    scaler: (workload, signal) => readScaler(clients.of(workload.cluster), workload, signal),
    discover: (cluster, namespace, signal) => discover(clients.of(cluster), cluster, namespace, signal),
    pin: pinImages,
    restarted,
    byHand,
    clusters: clients.names,
    health: (cluster, signal) => health(clients.of(cluster), signal),
  };
}

async function health(api: ApiClient, signal: AbortSignal): Promise<Health> {
  const answer = await api({ method: 'GET', path: '/version' }, signal);
  return answer.kind === 'ok' ? { up: true } : { up: false, reason: reasonOf(answer) };
}
