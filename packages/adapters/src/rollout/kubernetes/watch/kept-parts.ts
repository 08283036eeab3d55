import type { WatchedResource } from '../../../kubernetes/resource-paths.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import type { ServedObject } from '../../../kubernetes/watch/watch-event.ts';
import type { ServedContainerStatus, ServedPod } from '../served-objects.ts';

/**
 * What is kept in memory of a served object: all of a workload, for any part of it may be asked for when it is recorded,
 * who owns which field included; of what there is much more of, only what an observation reads.
 */
export function keptParts(resource: WatchedResource, object: ServedObject): ServedObject {
  switch (resource) {
    case 'pods':
      return keptPod(object as ServedPod);
    case 'replicasets':
    case 'controllerrevisions':
      return { ...object, metadata: keptMeta(object.metadata) };
    default:
      return object;
  }
}

const noteOfKubectl = 'kubectl.kubernetes.io/last-applied-configuration';

function keptMeta(meta: ServedMeta): ServedMeta {
  const { managedFields: _fields, annotations, ...kept } = meta as ServedMeta & { managedFields?: unknown };
  const { [noteOfKubectl]: _manifest, ...notes } = annotations ?? {};
  return { ...kept, annotations: notes };
}

function keptPod({ metadata, spec, status }: ServedPod): ServedPod {
  const { annotations: _annotations, ...meta } = keptMeta(metadata);
  const named = ({ name, image }: { name: string; image?: string }) => ({
    name,
    ...(image ? { image } : {}),
  });
  return {
    metadata: meta,
    spec: {
      containers: spec.containers.map(named),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(named) } : {}),
    },
    ...(status ? { status: keptStatus(status) } : {}),
  };
}

function keptStatus(status: NonNullable<ServedPod['status']>): NonNullable<ServedPod['status']> {
  const { phase, conditions, containerStatuses, initContainerStatuses } = status;
  return {
    ...(phase === undefined ? {} : { phase }),
    conditions: conditions ?? null,
    containerStatuses: containerStatuses?.map(keptContainer) ?? null,
    initContainerStatuses: initContainerStatuses?.map(keptContainer) ?? null,
  };
}

/** Without what it has mounted and been allotted. */
function keptContainer(container: ServedContainerStatus): ServedContainerStatus {
  const {
    volumeMounts: _mounts,
    resources: _resources,
    allocatedResources: _allotted,
    ...kept
  } = container as ServedContainerStatus &
    Record<'volumeMounts' | 'resources' | 'allocatedResources', unknown>;
  return kept;
}
