import { forbidden } from '../api-error.ts';
import type { Deployment, JsonObject } from '../objects.ts';
import { selectorText } from '../selectors.ts';
import { defineKind } from './define-kind.ts';
import {
  LABEL_SELECTOR,
  POD_TEMPLATE,
  setPodTemplateDefaults,
  validateSelectorAndTemplate,
} from './pod-template.ts';
import { ageColumn, column, templateColumns } from './workload-columns.ts';
import { APPS, dropZero, notNegative, part, specOf } from './workload-spec.ts';

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
    status: 'object',
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
