import { required } from '../api-error.ts';
import type { HorizontalPodAutoscaler, JsonObject } from '../objects.ts';
import { customKind } from './custom-kind.ts';
import { defineKind } from './define-kind.ts';

export const AUTOSCALERS = defineKind({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  fields: {
    spec: {
      fields: {
        scaleTargetRef: { fields: { apiVersion: 'string', kind: 'string', name: 'string' } },
        minReplicas: 'int',
        maxReplicas: 'int',
        metrics: { list: 'any' },
        behavior: 'any',
      },
      goType: 'HorizontalPodAutoscalerSpec',
    },
    status: 'object',
  },
  setDefaults(object) {
    object.spec ??= {};
    const spec = object.spec as JsonObject;
    spec.minReplicas ??= 1;
    object.status ??= { desiredReplicas: 0 };
  },
  validate(object) {
    const { scaleTargetRef, maxReplicas } = object.spec as Partial<HorizontalPodAutoscaler['spec']>;
    return [
      ...(scaleTargetRef?.kind ? [] : [required('spec.scaleTargetRef.kind')]),
      ...(scaleTargetRef?.name ? [] : [required('spec.scaleTargetRef.name')]),
      ...(maxReplicas ? [] : [required('spec.maxReplicas')]),
    ];
  },
  columns: [
    {
      name: 'Reference',
      type: 'string',
      priority: 0,
      cell: (object) => {
        const { kind, name } = (object as HorizontalPodAutoscaler).spec.scaleTargetRef;
        return `${kind}/${name}`;
      },
    },
    {
      name: 'MinPods',
      type: 'string',
      priority: 0,
      cell: (o) => (o as HorizontalPodAutoscaler).spec.minReplicas,
    },
    {
      name: 'MaxPods',
      type: 'integer',
      priority: 0,
      cell: (o) => (o as HorizontalPodAutoscaler).spec.maxReplicas,
    },
    { name: 'Age', type: 'string', priority: 0, cell: () => '' },
  ],
});

/** Of KEDA, which nobody plays here. https://keda.sh/docs/latest/reference/scaledobject-spec/ */
export const SCALED_OBJECTS = defineKind({
  ...customKind,
  group: 'keda.sh',
  version: 'v1alpha1',
  kind: 'ScaledObject',
  plural: 'scaledobjects',
  singular: 'scaledobject',
  shortNames: ['so'],
  fields: { spec: 'object', status: 'object' },
  validate({ spec }) {
    const { scaleTargetRef } = (spec ?? {}) as { scaleTargetRef?: { name?: string } };
    return scaleTargetRef?.name ? [] : [required('spec.scaleTargetRef.name')];
  },
});
