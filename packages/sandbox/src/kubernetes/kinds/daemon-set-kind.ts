import type { DaemonSet, JsonObject } from '../objects.ts';
import { defineKind } from './define-kind.ts';
import {
  LABEL_SELECTOR,
  POD_TEMPLATE,
  setPodTemplateDefaults,
  validateSelectorAndTemplate,
} from './pod-template.ts';
import { ageColumn, column, templateColumns } from './workload-columns.ts';
import { APPS, dropZero, part, specOf } from './workload-spec.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

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
    status: 'object',
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
