import { badValue, type Cause, forbidden } from '../api-error.ts';
import type { DaemonSet, Deployment, JsonObject, KubeObject, ReplicaSet, StatefulSet } from '../objects.ts';
import { selectorText } from '../selectors.ts';
import { defineKind } from './define-kind.ts';
import type { TableColumn } from './kind-definition.ts';
import {
  LABEL_SELECTOR,
  POD_TEMPLATE,
  setPodTemplateDefaults,
  validateSelectorAndTemplate,
} from './pod-template.ts';

const APPS = { group: 'apps', version: 'v1', categories: ['all'] };
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const DEPLOYMENTS = defineKind({
  ...APPS,
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  subresources: ['status', 'scale'],
  generation: 'spec-and-annotations',
  fields: {
    spec: {
      fields: {
        replicas: 'int',
        selector: LABEL_SELECTOR,
        template: POD_TEMPLATE,
        strategy: {
          fields: {
            type: 'string',
            rollingUpdate: { fields: { maxUnavailable: 'intOrString', maxSurge: 'intOrString' } },
          },
        },
        minReadySeconds: 'int',
        revisionHistoryLimit: 'int',
        paused: 'bool',
        progressDeadlineSeconds: 'int',
      },
      goType: 'DeploymentSpec',
    },
    status: 'any',
  },
  setDefaults(object) {
    const spec = specOf(object);
    spec.replicas ??= 1;
    spec.template = setPodTemplateDefaults(spec.template as JsonObject | undefined);
    const strategy = part(spec, 'strategy');
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      const rolling = part(strategy, 'rollingUpdate');
      rolling.maxUnavailable ??= '25%';
      rolling.maxSurge ??= '25%';
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    dropZero(spec, 'minReadySeconds', 'paused');
    object.status ??= {};
  },
  validate(object, old) {
    const { spec } = object as Deployment;
    return [
      ...validateSelectorAndTemplate(spec, (old as Deployment | undefined)?.spec),
      ...notNegative('spec.replicas', spec.replicas),
      ...(spec.strategy.type === 'Recreate' && spec.strategy.rollingUpdate
        ? [
            forbidden(
              'spec.strategy.rollingUpdate',
              "may not be specified when strategy `type` is 'Recreate'",
            ),
          ]
        : []),
    ];
  },
  columns: [
    column(
      'Ready',
      'string',
      0,
      (o) => `${(o as Deployment).status.readyReplicas ?? 0}/${(o as Deployment).spec.replicas}`,
    ),
    column('Up-to-date', 'string', 0, (o) => (o as Deployment).status.updatedReplicas ?? 0),
    column('Available', 'string', 0, (o) => (o as Deployment).status.availableReplicas ?? 0),
    ageColumn(),
    ...templateColumns(),
    column('Selector', 'string', 1, (o) => selectorText((o as Deployment).spec.selector)),
  ],
});

export const REPLICA_SETS = defineKind({
  ...APPS,
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  subresources: ['status', 'scale'],
  generation: 'spec',
  fields: {
    spec: {
      fields: { replicas: 'int', minReadySeconds: 'int', selector: LABEL_SELECTOR, template: POD_TEMPLATE },
      goType: 'ReplicaSetSpec',
    },
    status: 'any',
  },
  setDefaults(object) {
    const spec = specOf(object);
    spec.replicas ??= 1;
    spec.template = setPodTemplateDefaults(spec.template as JsonObject | undefined);
    dropZero(spec, 'minReadySeconds');
    object.status ??= { replicas: 0 };
  },
  validate: (object, old) => validateScaled(object as ReplicaSet, old as ReplicaSet | undefined),
  columns: [
    column('Desired', 'integer', 0, (o) => (o as ReplicaSet).spec.replicas),
    column('Current', 'integer', 0, (o) => (o as ReplicaSet).status.replicas),
    column('Ready', 'integer', 0, (o) => (o as ReplicaSet).status.readyReplicas ?? 0),
    ageColumn(),
    ...templateColumns(),
  ],
});

export const STATEFUL_SETS = defineKind({
  ...APPS,
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  subresources: ['status', 'scale'],
  generation: 'spec',
  fields: {
    spec: {
      fields: {
        replicas: 'int',
        selector: LABEL_SELECTOR,
        template: POD_TEMPLATE,
        volumeClaimTemplates: { list: 'any' },
        serviceName: 'string',
        podManagementPolicy: 'string',
        updateStrategy: { fields: { type: 'string', rollingUpdate: 'any' } },
        revisionHistoryLimit: 'int',
        minReadySeconds: 'int',
        persistentVolumeClaimRetentionPolicy: 'any',
        ordinals: 'any',
      },
      goType: 'StatefulSetSpec',
    },
    status: 'any',
  },
  setDefaults(object) {
    const spec = specOf(object);
    spec.replicas ??= 1;
    spec.template = setPodTemplateDefaults(spec.template as JsonObject | undefined);
    spec.podManagementPolicy ??= 'OrderedReady';
    const update = part(spec, 'updateStrategy');
    update.type ??= 'RollingUpdate';
    if (update.type === 'RollingUpdate') {
      const rolling = part(update, 'rollingUpdate');
      rolling.partition ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    spec.persistentVolumeClaimRetentionPolicy ??= { whenDeleted: 'Retain', whenScaled: 'Retain' };
    dropZero(spec, 'minReadySeconds');
    object.status ??= { replicas: 0, availableReplicas: 0 };
  },
  validate: (object, old) => validateScaled(object as StatefulSet, old as StatefulSet | undefined),
  columns: [
    column(
      'Ready',
      'string',
      0,
      (o) => `${(o as StatefulSet).status.readyReplicas ?? 0}/${(o as StatefulSet).spec.replicas}`,
    ),
    ageColumn(),
    ...templateColumns(),
  ],
});

export const DAEMON_SETS = defineKind({
  ...APPS,
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  subresources: ['status'],
  generation: 'spec',
  fields: {
    spec: {
      fields: {
        selector: LABEL_SELECTOR,
        template: POD_TEMPLATE,
        updateStrategy: { fields: { type: 'string', rollingUpdate: 'any' } },
        minReadySeconds: 'int',
        revisionHistoryLimit: 'int',
      },
      goType: 'DaemonSetSpec',
    },
    status: 'any',
  },
  setDefaults(object) {
    const spec = specOf(object);
    spec.template = setPodTemplateDefaults(spec.template as JsonObject | undefined);
    const update = part(spec, 'updateStrategy');
    update.type ??= 'RollingUpdate';
    if (update.type === 'RollingUpdate') {
      const rolling = part(update, 'rollingUpdate');
      rolling.maxUnavailable ??= 1;
      rolling.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    dropZero(spec, 'minReadySeconds');
    object.status ??= {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
  },
  validate: (object, old) => {
    const { spec } = object as DaemonSet;
    return validateSelectorAndTemplate(spec, (old as DaemonSet | undefined)?.spec);
  },
  settle(object, old) {
    const { template } = (object as DaemonSet).spec;
    const before = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const changed = !old || JSON.stringify((old as DaemonSet).spec.template) !== JSON.stringify(template);
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [TEMPLATE_GENERATION]: String(changed ? before + 1 : before),
    };
  },
  columns: [
    column('Desired', 'integer', 0, (o) => (o as DaemonSet).status.desiredNumberScheduled),
    column('Current', 'integer', 0, (o) => (o as DaemonSet).status.currentNumberScheduled),
    column('Ready', 'integer', 0, (o) => (o as DaemonSet).status.numberReady),
    column('Up-to-date', 'integer', 0, (o) => (o as DaemonSet).status.updatedNumberScheduled ?? 0),
    column('Available', 'integer', 0, (o) => (o as DaemonSet).status.numberAvailable ?? 0),
    ageColumn(),
    ...templateColumns(),
  ],
});

export const CONTROLLER_REVISIONS = defineKind({
  ...APPS,
  categories: [],
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  fields: { data: 'any', revision: 'int' },
});

function specOf(object: KubeObject): JsonObject {
  object.spec ??= {};
  return object.spec as JsonObject;
}

/** The member that is an object, made if it is missing. */
function part(parent: JsonObject, name: string): JsonObject {
  parent[name] ??= {};
  return parent[name] as JsonObject;
}

/** Numbers and flags whose zero value is not written on the wire. */
function dropZero(spec: JsonObject, ...names: string[]): void {
  for (const name of names) if (!spec[name]) delete spec[name];
}

function validateScaled(
  object: ReplicaSet | StatefulSet,
  old: ReplicaSet | StatefulSet | undefined,
): Cause[] {
  return [
    ...validateSelectorAndTemplate(object.spec, old?.spec),
    ...notNegative('spec.replicas', object.spec.replicas),
  ];
}

export function notNegative(field: string, value: number): Cause[] {
  return value < 0 ? [badValue(field, value, 'must be greater than or equal to 0')] : [];
}

function column(
  name: string,
  type: TableColumn['type'],
  priority: TableColumn['priority'],
  cell: TableColumn['cell'],
): TableColumn {
  return { name, type, priority, cell };
}

/** Marks where the age goes; the server fills it in, since only it knows what time it is. */
function ageColumn(): TableColumn {
  return column('Age', 'string', 0, () => '');
}

function templateColumns(): TableColumn[] {
  const containers = (o: KubeObject) => (o as Deployment).spec.template.spec.containers;
  return [
    column('Containers', 'string', 1, (o) =>
      containers(o)
        .map((c) => c.name)
        .join(','),
    ),
    column('Images', 'string', 1, (o) =>
      containers(o)
        .map((c) => c.image)
        .join(','),
    ),
  ];
}
