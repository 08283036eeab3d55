import { isDeepStrictEqual } from 'node:util';
import { ENDPOINT_SLICES, PODS, SERVICES } from '../kinds/core-kinds.ts';
import {
  controllerOf,
  type Endpoint,
  type EndpointSlice,
  type Pod,
  type Service,
  wireTime,
} from '../objects.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import { isEnded, isReady } from './pod-control.ts';
import { createWorkQueue } from './work-queue.ts';

const SERVICE_LABEL = 'kubernetes.io/service-name';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** One EndpointSlice per Service with a selector: the pods it selects, ready or ending. */
export function startEndpointSliceController(parts: ControllerParts): void {
  const { storage, clock } = parts;
  const writes = createControllerWrites(parts.writes, 'endpointslice-controller');
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, object, previous }) => {
    if (plural === SERVICES.plural) queue.add(keyOf(object));
    if (plural !== PODS.plural) return;
    for (const service of storage.list(SERVICES.plural, object.metadata.namespace) as Service[]) {
      if (selects(service, object as Pod) || (previous && selects(service, previous as Pod)))
        queue.add(keyOf(service));
    }
  });
  for (const service of storage.list(SERVICES.plural)) queue.add(keyOf(service));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const service = storage.get(SERVICES.plural, namespace, name) as Service | undefined;
    if (!service?.spec.selector) return;
    const pods = (storage.list(PODS.plural, namespace) as Pod[]).filter(
      (pod) => selects(service, pod) && pod.status.podIP && !isEnded(pod),
    );
    const endpoints = pods.map(endpointOf);
    const ports = endpoints.length ? portsOf(service, pods) : [];
    const content = {
      addressType: 'IPv4',
      endpoints: endpoints.length ? endpoints : null,
      ports: ports.length ? ports : null,
    };
    const slices = storage.list(ENDPOINT_SLICES.plural, namespace) as EndpointSlice[];
    const existing = slices.find((slice) => controllerOf(slice)?.uid === service.metadata.uid);
    if (!existing) {
      create(service, content);
      return;
    }
    const { addressType, endpoints: before, ports: portsBefore } = existing;
    if (isDeepStrictEqual(content, { addressType, endpoints: before, ports: portsBefore })) return;
    const { [TRIGGER_TIME]: _time, ...kept } = existing.metadata.annotations ?? {};
    const isGrowing = pods.some((pod) => isReady(pod)) && !pods.some((pod) => pod.metadata.deletionTimestamp);
    const annotations = isGrowing ? { ...kept, [TRIGGER_TIME]: wireTime(clock.now()) } : kept;
    writes.update(ENDPOINT_SLICES, {
      ...existing,
      ...content,
      metadata: { ...existing.metadata, annotations },
    });
  }

  function create(service: Service, content: object): void {
    const { name, namespace, uid } = service.metadata;
    writes.create(ENDPOINT_SLICES, namespace, {
      metadata: {
        generateName: `${name}-`,
        labels: {
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          [SERVICE_LABEL]: name,
        },
        annotations: { [TRIGGER_TIME]: wireTime(clock.now()) },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      ...content,
    });
  }
}

function selects({ spec }: Service, pod: Pod): boolean {
  if (!spec.selector) return false;
  return Object.entries(spec.selector).every(([key, value]) => pod.metadata.labels?.[key] === value);
}

function endpointOf(pod: Pod): Endpoint {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const { name, namespace = '', uid } = pod.metadata;
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: { ready: serving && !terminating, serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: pod.spec.nodeName ?? '',
  };
}

function portsOf({ spec }: Service, pods: Pod[]): NonNullable<EndpointSlice['ports']> {
  const containerPorts = pods.flatMap((pod) =>
    pod.spec.containers.flatMap((container) => container.ports ?? []),
  );
  return (spec.ports ?? []).flatMap(({ name = '', protocol, targetPort }) => {
    const named = containerPorts.find((candidate) => candidate.name === targetPort)?.containerPort;
    const port = typeof targetPort === 'number' ? targetPort : named;
    return port === undefined ? [] : [{ name, protocol, port }];
  });
}
