import { badValue, required } from '../api-error.ts';
import type { JsonObject, KubeObject, Pod, Service } from '../objects.ts';
import { defineKind } from './define-kind.ts';
import type { FieldSchema } from './field-schema.ts';
import { POD_SPEC, setPodSpecDefaults, validatePodSpec } from './pod-template.ts';

const CORE = { group: '', version: 'v1' };

export const PODS = defineKind({
  ...CORE,
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['status', 'eviction'],
  generation: 'spec',
  deleteAnswer: 'object',
  fields: { spec: POD_SPEC, status: 'object' },
  selectableFields: {
    'spec.nodeName': (object) => (object as Pod).spec.nodeName ?? '',
    'status.phase': (object) => (object as Pod).status.phase,
  },
  setDefaults(object) {
    object.spec ??= {};
    const spec = object.spec as JsonObject;
    setPodSpecDefaults(spec);
    spec.enableServiceLinks ??= true;
    spec.preemptionPolicy ??= 'PreemptLowerPriority';
    spec.priority ??= 0;
    spec.tolerations ??= ['not-ready', 'unreachable'].map((taint) => ({
      key: `node.kubernetes.io/${taint}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    }));
    object.status ??= { phase: 'Pending', qosClass: 'BestEffort' };
  },
  validate: (object) => validatePodSpec((object as Pod).spec, 'spec'),
  columns: [
    { name: 'Ready', type: 'string', priority: 0, cell: (o) => readyContainers(o as Pod) },
    { name: 'Status', type: 'string', priority: 0, cell: (o) => shownPhase(o as Pod) },
    { name: 'Restarts', type: 'integer', priority: 0, cell: (o) => restarts(o as Pod) },
    { name: 'Age', type: 'string', priority: 0, cell: () => '' },
    { name: 'IP', type: 'string', priority: 1, cell: (o) => (o as Pod).status.podIP ?? '<none>' },
    { name: 'Node', type: 'string', priority: 1, cell: (o) => (o as Pod).spec.nodeName ?? '<none>' },
  ],
});

const SERVICE_SPEC: FieldSchema = {
  fields: {
    selector: { map: 'string' },
    ports: {
      list: {
        fields: {
          name: 'string',
          protocol: 'string',
          appProtocol: 'string',
          port: 'int',
          targetPort: 'intOrString',
          nodePort: 'int',
        },
      },
    },
    clusterIP: 'string',
    clusterIPs: { list: 'string' },
    type: 'string',
    externalIPs: { list: 'string' },
    externalName: 'string',
    externalTrafficPolicy: 'string',
    internalTrafficPolicy: 'string',
    ipFamilies: { list: 'string' },
    ipFamilyPolicy: 'string',
    loadBalancerIP: 'string',
    loadBalancerClass: 'string',
    loadBalancerSourceRanges: { list: 'string' },
    publishNotReadyAddresses: 'bool',
    sessionAffinity: 'string',
    sessionAffinityConfig: 'object',
    trafficDistribution: 'string',
  },
  goType: 'ServiceSpec',
};

export const SERVICES = defineKind({
  ...CORE,
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
  deleteAnswer: 'object',
  fields: { spec: SERVICE_SPEC, status: 'object' },
  setDefaults(object, { nextClusterIp }) {
    object.spec ??= {};
    const spec = object.spec as JsonObject;
    for (const port of (spec.ports ?? []) as JsonObject[]) {
      port.protocol ??= 'TCP';
      port.targetPort ??= port.port;
    }
    spec.clusterIP ??= nextClusterIp();
    spec.clusterIPs ??= [spec.clusterIP];
    spec.type ??= 'ClusterIP';
    spec.sessionAffinity ??= 'None';
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
    spec.internalTrafficPolicy ??= 'Cluster';
    object.status ??= { loadBalancer: {} };
  },
  validate(object, old) {
    const { spec } = object as Service;
    const before = (old as Service | undefined)?.spec.clusterIP;
    return [
      ...(spec.ports?.length ? [] : [required('spec.ports')]),
      ...(before && before !== spec.clusterIP
        ? [badValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')]
        : []),
    ];
  },
});

export const NAMESPACES = defineKind({
  ...CORE,
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status'],
  deleteAnswer: 'object',
  fields: { spec: 'object', status: 'object' },
  setDefaults(object) {
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    };
    object.spec ??= { finalizers: ['kubernetes'] };
    object.status ??= { phase: 'Active' };
  },
});

export const NODES = defineKind({
  ...CORE,
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status'],
  fields: { spec: 'object', status: 'object' },
});

export const EVENTS = defineKind({
  ...CORE,
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  fields: {
    involvedObject: 'any',
    reason: 'string',
    message: 'string',
    source: 'any',
    firstTimestamp: 'string',
    lastTimestamp: 'string',
    count: 'int',
    type: 'string',
    eventTime: 'string',
    series: 'any',
    action: 'string',
    related: 'any',
    reportingComponent: 'string',
    reportingInstance: 'string',
  },
  selectableFields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.name': involved('name'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.uid': involved('uid'),
    reason: (object) => String((object as { reason?: string }).reason ?? ''),
    type: (object) => String((object as { type?: string }).type ?? ''),
  },
});

export const ENDPOINT_SLICES = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  generation: 'spec',
  fields: { addressType: 'string', endpoints: { list: 'any' }, ports: { list: 'any' } },
  setDefaults(object) {
    const slice = object as KubeObject & { endpoints?: unknown; ports?: unknown };
    slice.endpoints ??= null;
    slice.ports ??= null;
  },
});

function involved(field: string): (object: KubeObject) => string {
  return (object) => (object as { involvedObject?: Record<string, string> }).involvedObject?.[field] ?? '';
}

function readyContainers(pod: Pod): string {
  const ready = (pod.status.containerStatuses ?? []).filter((status) => status.ready).length;
  return `${ready}/${pod.spec.containers.length}`;
}

function restarts(pod: Pod): number {
  return (pod.status.containerStatuses ?? []).reduce((sum, status) => sum + status.restartCount, 0);
}

function shownPhase(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const waiting = pod.status.containerStatuses?.find((status) => status.state.waiting)?.state.waiting;
  return waiting?.reason ?? pod.status.phase;
}
