import { badValue, required } from '../api-error.ts';
import type { JsonObject, LabelSelector, PodTemplate } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';
import { matchesLabelSelector } from '../selectors.ts';
import type { FieldSchema } from './field-schema.ts';
import type { Cause } from './kind-definition.ts';

const CONTAINER: FieldSchema = {
  fields: {
    name: 'string',
    image: 'string',
    imagePullPolicy: 'string',
    command: { list: 'string' },
    args: { list: 'string' },
    workingDir: 'string',
    ports: {
      list: {
        fields: {
          name: 'string',
          containerPort: 'int',
          hostPort: 'int',
          hostIP: 'string',
          protocol: 'string',
        },
      },
    },
    env: { list: { fields: { name: 'string', value: 'string', valueFrom: 'any' } } },
    envFrom: { list: 'any' },
    resources: 'any',
    resizePolicy: { list: 'any' },
    restartPolicy: 'string',
    volumeMounts: { list: 'any' },
    volumeDevices: { list: 'any' },
    livenessProbe: 'any',
    readinessProbe: 'any',
    startupProbe: 'any',
    lifecycle: 'any',
    terminationMessagePath: 'string',
    terminationMessagePolicy: 'string',
    securityContext: 'any',
    stdin: 'bool',
    stdinOnce: 'bool',
    tty: 'bool',
  },
  goType: 'Container',
};

export const POD_SPEC: FieldSchema = {
  fields: {
    containers: { list: CONTAINER },
    initContainers: { list: CONTAINER },
    ephemeralContainers: { list: 'any' },
    volumes: { list: 'any' },
    restartPolicy: 'string',
    terminationGracePeriodSeconds: 'int',
    activeDeadlineSeconds: 'int',
    dnsPolicy: 'string',
    dnsConfig: 'any',
    nodeSelector: { map: 'string' },
    nodeName: 'string',
    serviceAccountName: 'string',
    serviceAccount: 'string',
    automountServiceAccountToken: 'bool',
    hostNetwork: 'bool',
    hostPID: 'bool',
    hostIPC: 'bool',
    hostUsers: 'bool',
    shareProcessNamespace: 'bool',
    securityContext: 'any',
    imagePullSecrets: { list: 'any' },
    hostname: 'string',
    subdomain: 'string',
    affinity: 'any',
    schedulerName: 'string',
    tolerations: { list: 'any' },
    hostAliases: { list: 'any' },
    priorityClassName: 'string',
    priority: 'int',
    readinessGates: { list: 'any' },
    runtimeClassName: 'string',
    enableServiceLinks: 'bool',
    preemptionPolicy: 'string',
    overhead: 'any',
    topologySpreadConstraints: { list: 'any' },
    setHostnameAsFQDN: 'bool',
    os: 'any',
    schedulingGates: { list: 'any' },
    resourceClaims: { list: 'any' },
    resources: 'any',
  },
  goType: 'PodSpec',
};

export const POD_TEMPLATE: FieldSchema = {
  fields: {
    metadata: {
      fields: {
        name: 'string',
        namespace: 'string',
        labels: { map: 'string' },
        annotations: { map: 'string' },
        finalizers: { list: 'string' },
        creationTimestamp: 'string',
      },
    },
    spec: POD_SPEC,
  },
  goType: 'PodTemplateSpec',
};

export const LABEL_SELECTOR: FieldSchema = {
  fields: { matchLabels: { map: 'string' }, matchExpressions: { list: 'any' } },
};

/** The defaults a pod spec is served with. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export function setPodSpecDefaults(spec: JsonObject): void {
  for (const container of [...list(spec.containers), ...list(spec.initContainers)]) {
    container.resources ??= {};
    container.terminationMessagePath ??= '/dev/termination-log';
    container.terminationMessagePolicy ??= 'File';
    container.imagePullPolicy ??= pullsAlways(String(container.image ?? '')) ? 'Always' : 'IfNotPresent';
    for (const port of list(container.ports)) port.protocol ??= 'TCP';
  }
  for (const { configMap, secret, projected } of list(spec.volumes))
    for (const source of [configMap, secret, projected]) if (isObject(source)) source.defaultMode ??= 0o644;
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ??= 'default-scheduler';
}

export function setPodTemplateDefaults(template: JsonObject | undefined): JsonObject {
  const result = template ?? {};
  result.metadata ??= {};
  result.spec ??= {};
  setPodSpecDefaults(result.spec as JsonObject);
  return result;
}

export function validatePodSpec(spec: PodTemplate['spec'] | undefined, path: string): Cause[] {
  const containers = spec?.containers ?? [];
  if (!containers.length) return [required(`${path}.containers`)];
  return containers.flatMap((container, index) => [
    ...(container.name ? [] : [required(`${path}.containers[${index}].name`)]),
    ...(container.image ? [] : [required(`${path}.containers[${index}].image`)]),
    ...(containers.findIndex((other) => other.name === container.name) < index
      ? [duplicateName(`${path}.containers[${index}].name`, container.name)]
      : []),
  ]);
}

/** Selector and template of a workload: there is a selector, it matches the template, it never changes. */
export function validateSelectorAndTemplate(
  spec: { selector?: LabelSelector; template?: PodTemplate },
  old: { selector: LabelSelector } | undefined,
): Cause[] {
  const labels = spec.template?.metadata?.labels;
  const isEmpty = !spec.selector?.matchLabels && !spec.selector?.matchExpressions?.length;
  return [
    ...(isEmpty ? [required('spec.selector')] : []),
    ...(isEmpty || !matchesLabelSelector(spec.selector ?? {}, labels)
      ? [
          badValue(
            'spec.template.metadata.labels',
            labels ?? null,
            '`selector` does not match template `labels`',
          ),
        ]
      : []),
    ...validatePodSpec(spec.template?.spec, 'spec.template.spec'),
    ...(old && JSON.stringify(old.selector) !== JSON.stringify(spec.selector)
      ? [badValue('spec.selector', spec.selector, 'field is immutable')]
      : []),
  ];
}

function duplicateName(field: string, name: string): Cause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: "${name}"`, field };
}

/** An image without a tag, or with `latest`, is pulled every time. */
function pullsAlways(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value : [];
}
