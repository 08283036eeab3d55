import type { WorkloadKind, WorkloadRef, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { makesReplicaSets, resourcesOf, type WatchedResource } from '../../../kubernetes/resource-paths.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import type { ServedObject } from '../../../kubernetes/watch/watch-event.ts';
import { hasTemplate, surroundingsOf } from '../read-workload.ts';
import type {
  ServedControllerRevision,
  ServedPod,
  ServedReplicaSet,
  ServedWorkload,
} from '../served-objects.ts';
import type { Surroundings } from '../surroundings.ts';
import { keptParts } from './kept-parts.ts';

/** A workload of one cluster, as a text to compare by. */
export type WorkloadAddress = string;

export function addressOf({ kind, namespace, name }: WorkloadRef & { namespace: string }): WorkloadAddress {
  return `${kind}/${namespace}/${name}`;
}

/** The objects of one cluster that belong to services, found by who controls them. Each change tells whose it is. */
export interface ObjectMemory {
  put(resource: WatchedResource, object: ServedObject): WorkloadAddress[];
  remove(resource: WatchedResource, object: ServedObject): WorkloadAddress[];
  /** In place of all there was of the namespace, or of all namespaces where it is null. */
  replace(
    resource: WatchedResource,
    namespace: string | null,
    objects: readonly ServedObject[],
  ): WorkloadAddress[];
  /** Null when there is no such workload. */
  surroundings(target: WorkloadTarget): Surroundings | null;
}

const workloadKinds: Partial<Record<WatchedResource, WorkloadKind>> = {
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  rollouts: 'Rollout',
};

type Table = Map<string, ServedObject>;

export function createObjectMemory(): ObjectMemory {
  const tables = new Map<WatchedResource, Table>();
  /** Uid of an owner to what it controls, by resource and path. */
  const owned = new Map<string, Map<string, ServedObject>>();
  const table = (resource: WatchedResource): Table => {
    const found = tables.get(resource) ?? new Map<string, ServedObject>();
    tables.set(resource, found);
    return found;
  };

  function forget(resource: WatchedResource, path: string): ServedObject | undefined {
    const known = table(resource).get(path);
    const uid = known && controllerOf(known.metadata)?.uid;
    const siblings = uid === undefined ? undefined : owned.get(uid);
    siblings?.delete(`${resource}/${path}`);
    if (uid !== undefined && siblings?.size === 0) owned.delete(uid);
    table(resource).delete(path);
    return known;
  }

  function put(resource: WatchedResource, object: ServedObject): WorkloadAddress[] {
    const path = pathOf(object.metadata);
    const before = forget(resource, path);
    const controller = controllerOf(object.metadata);
    if (controller === undefined && workloadKinds[resource] === undefined)
      return before ? whose(resource, before) : [];
    const kept = keptParts(resource, object);
    table(resource).set(path, kept);
    if (controller) {
      const siblings = owned.get(controller.uid) ?? new Map<string, ServedObject>();
      owned.set(controller.uid, siblings.set(`${resource}/${path}`, kept));
    }
    return [...whose(resource, kept), ...(before ? whose(resource, before) : [])];
  }

  /** The workload an object is, or is controlled by; a pod of a Deployment through its ReplicaSet. */
  function whose(resource: WatchedResource, { metadata }: ServedObject): WorkloadAddress[] {
    const namespace = metadata.namespace ?? '';
    const kind = workloadKinds[resource];
    if (kind) return [addressOf({ kind, namespace, name: metadata.name })];
    const owner = controllerOf(metadata);
    if (!owner) return [];
    if (owner.kind === 'ReplicaSet') {
      const set = table('replicasets').get(`${namespace}/${owner.name}`);
      return set ? whose('replicasets', set) : [];
    }
    const ownerKind = Object.values(workloadKinds).find((one) => one === owner.kind);
    return ownerKind ? [addressOf({ kind: ownerKind, namespace, name: owner.name })] : [];
  }

  return {
    put,
    remove(resource, object) {
      const addresses = whose(resource, object);
      forget(resource, pathOf(object.metadata));
      return addresses;
    },
    replace(resource, namespace, objects) {
      const listed = new Map(objects.map((object) => [pathOf(object.metadata), object]));
      const touched: WorkloadAddress[] = [];
      for (const [path, known] of [...table(resource)]) {
        if (listed.has(path) || (namespace !== null && known.metadata.namespace !== namespace)) continue;
        touched.push(...whose(resource, known));
        forget(resource, path);
      }
      for (const [path, object] of listed) {
        const known = table(resource).get(path)?.metadata;
        if (known?.resourceVersion === undefined || known.resourceVersion !== object.metadata.resourceVersion)
          touched.push(...put(resource, object));
      }
      return touched;
    },
    surroundings(target) {
      const [own, history, pods] = resourcesOf(target.kind);
      if (!own || !history || !pods) return null;
      const workload = table(own).get(`${target.namespace}/${target.name}`);
      if (!workload || !hasTemplate(workload as ServedWorkload)) return null;
      const ofOwner = (uid: string, resource: WatchedResource) =>
        [...(owned.get(uid) ?? [])].flatMap(([key, one]) => (key.startsWith(`${resource}/`) ? [one] : []));
      const { uid } = workload.metadata;
      const remembered = ofOwner(uid, history);
      const owners = makesReplicaSets(target.kind) ? remembered.map((set) => set.metadata.uid) : [uid];
      return surroundingsOf(
        target,
        workload as ServedWorkload,
        owners.flatMap((owner) => ofOwner(owner, pods)) as ServedPod[],
        remembered as (ServedReplicaSet | ServedControllerRevision)[],
      );
    },
  };
}

function pathOf({ namespace, name }: ServedMeta): string {
  return `${namespace ?? ''}/${name}`;
}

function controllerOf({ ownerReferences }: ServedMeta) {
  return ownerReferences?.find((owner) => owner.controller === true);
}
