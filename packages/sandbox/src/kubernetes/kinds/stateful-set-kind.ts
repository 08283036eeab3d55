import type { JsonObject, StatefulSet } from '../objects.ts';
import { defineKind } from './define-kind.ts';
import { LABEL_SELECTOR, POD_TEMPLATE, setPodTemplateDefaults } from './pod-template.ts';
import { ageColumn, column, templateColumns } from './workload-columns.ts';
import { APPS, dropZero, part, specOf, validateScaled } from './workload-spec.ts';

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
        // A cluster with the gate MaxUnavailableStatefulSet off, as it is by default, drops that field without a word.
        updateStrategy: {
          fields: {
            type: 'string',
            rollingUpdate: { fields: { partition: 'int', maxUnavailable: 'intOrString' } },
          },
        },
        revisionHistoryLimit: 'int',
        minReadySeconds: 'int',
        persistentVolumeClaimRetentionPolicy: 'any',
        ordinals: 'any',
      },
      goType: 'StatefulSetSpec',
    },
    status: 'object',
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
      delete rolling.maxUnavailable;
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
