import type { JsonObject, ReplicaSet } from '../objects.ts';
import { defineKind } from './define-kind.ts';
import { LABEL_SELECTOR, POD_TEMPLATE, setPodTemplateDefaults } from './pod-template.ts';
import { ageColumn, column, templateColumns } from './workload-columns.ts';
import { APPS, dropZero, specOf, validateScaled } from './workload-spec.ts';

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
    status: 'object',
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
