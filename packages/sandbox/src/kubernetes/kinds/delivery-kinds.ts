import { defineKind } from './define-kind.ts';

/**
 * Objects of delivery controllers. They are custom resources: the API server fills in nothing, not even what a pod template is
 * served with elsewhere, and a note on them makes no generation.
 */
const CUSTOM = { subresources: ['status' as const], generation: 'spec' as const };

/** https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
export const ROLLOUTS = defineKind({
  ...CUSTOM,
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Rollout',
  plural: 'rollouts',
  singular: 'rollout',
  shortNames: ['ro'],
  fields: {
    spec: {
      fields: {
        replicas: 'int',
        selector: 'object',
        template: 'object',
        workloadRef: { fields: { apiVersion: 'string', kind: 'string', name: 'string' } },
        strategy: 'object',
        minReadySeconds: 'int',
        revisionHistoryLimit: 'int',
        paused: 'bool',
      },
    },
    status: 'object',
  },
});

/** https://docs.flagger.app/usage/how-it-works */
export const CANARIES = defineKind({
  ...CUSTOM,
  group: 'flagger.app',
  version: 'v1beta1',
  kind: 'Canary',
  plural: 'canaries',
  singular: 'canary',
  categories: ['all'],
  fields: {
    spec: {
      fields: {
        targetRef: { fields: { apiVersion: 'string', kind: 'string', name: 'string' } },
        service: 'object',
        analysis: 'object',
        skipAnalysis: 'bool',
        suspend: 'bool',
        progressDeadlineSeconds: 'int',
      },
    },
    status: 'object',
  },
});
